#include "src/run/parallel_for.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace sextant::run {
namespace {

/// What the threads of one parallel_for share.
struct Crew {
  std::int64_t count;
  const std::function<void(std::int64_t)>& work;
  const std::function<bool(std::int64_t)>& stopped;
  std::atomic<std::int64_t> next{0};
  std::atomic<std::int64_t> done{0};
  std::mutex mutex{};
  std::exception_ptr exception{};
  std::int64_t exception_index = std::numeric_limits<std::int64_t>::max();

  /// Does one index; false if none is left. Indices are begun in order and whatever has begun ends,
  /// so that those that are done in the end are the first ones.
  bool step() {
    if (stopped && stopped(done.load())) return false;
    const std::int64_t index = next.fetch_add(1);
    if (index >= count) return false;
    try {
      work(index);
      done.fetch_add(1);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (index < exception_index) {
        exception_index = index;
        exception = std::current_exception();
      }
      next.store(count);
    }
    return true;
  }
};

}  // namespace

int thread_count(const ParallelOptions& options) {
  if (options.threads > 0) return options.threads;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void begin_phase(const ParallelOptions& options, const std::string& what, std::int64_t total) {
  if (options.phase) options.phase(what, total);
}

ParallelOptions unstoppable(ParallelOptions options) {
  options.stopped = {};
  return options;
}

std::int64_t parallel_for(std::int64_t count, const ParallelOptions& options,
                          const std::function<void(std::int64_t)>& work) {
  Crew crew{.count = count, .work = work, .stopped = options.stopped};
  {
    std::vector<std::jthread> threads;
    const std::int64_t helpers = std::min<std::int64_t>(thread_count(options), count) - 1;
    for (std::int64_t i = 0; i < helpers; ++i) {
      threads.emplace_back([&crew] {
        while (crew.step()) continue;
      });
    }
    while (crew.step()) {
      if (options.progress) options.progress(crew.done.load());
    }
  }
  if (crew.exception) std::rethrow_exception(crew.exception);
  return crew.done.load();
}

}  // namespace sextant::run
