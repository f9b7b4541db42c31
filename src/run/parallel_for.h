#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace sextant::run {

class Ranks;

struct ParallelOptions {
  /// 0: one per processor that this process may use.
  int threads = 0;
  /// Called from the calling thread now and then with the number of indices that are done.
  std::function<void(std::int64_t)> progress = {};
  /// Processes that share the work where it is spread (spread.h); null: this one does it alone.
  const Ranks* ranks = nullptr;
  /// Asked before an index is begun, on any thread, with the number of indices that are done: true
  /// leaves those that nobody has begun. Not asked where several ranks share the work.
  std::function<bool(std::int64_t)> stopped = {};
  /// Called from the calling thread where `progress` begins to count something else: what, in the
  /// plural, and how many there will be; 0: nobody knows.
  std::function<void(const std::string&, std::int64_t)> phase = {};
};

/// Says what progress counts from now on.
void begin_phase(const ParallelOptions& options, const std::string& what, std::int64_t total);

/// The same without `stopped`: for work of which a part is worth nothing.
ParallelOptions unstoppable(ParallelOptions options);

/// Threads that `options` stand for.
int thread_count(const ParallelOptions& options);

/// Calls work(i) for every i of 0 .. count - 1, each once, on several threads in any order; the
/// calling thread is one of them. Each call writes where no other does, and the caller merges in
/// order of index: then the result is the same at any number of threads. The exception of the
/// smallest index that threw is thrown again when all threads have stopped; indices not yet begun
/// are then left out. Returns how many were done: `count`, or the first few of them where it was
/// stopped.
std::int64_t parallel_for(std::int64_t count, const ParallelOptions& options,
                          const std::function<void(std::int64_t)>& work);

}  // namespace sextant::run
