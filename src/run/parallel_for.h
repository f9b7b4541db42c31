#pragma once

#include <cstdint>
#include <functional>

namespace sextant::run {

class Ranks;

struct ParallelOptions {
  /// 0: one per processor that this process may use.
  int threads = 0;
  /// Called from the calling thread now and then with the number of indices that are done.
  std::function<void(std::int64_t)> progress = {};
  /// Processes that share the work where it is spread (spread.h); null: this one does it alone.
  const Ranks* ranks = nullptr;
};

/// Threads that `options` stand for.
int thread_count(const ParallelOptions& options);

/// Calls work(i) for every i of 0 .. count - 1, each once, on several threads in any order; the
/// calling thread is one of them. Each call writes where no other does, and the caller merges in
/// order of index: then the result is the same at any number of threads. The exception of the
/// smallest index that threw is thrown again when all threads have stopped; indices not yet begun
/// are then left out.
void parallel_for(std::int64_t count, const ParallelOptions& options,
                  const std::function<void(std::int64_t)>& work);

}  // namespace sextant::run
