// Process switches per second; bars in design.md section 7: 15 million with 1,000 live processes,
// 8 million with 10,000, interrupts included. A switch is one resumption of a process by the run
// loop; delays are exponential, from a table, so that the queue and not the logarithm is measured.

#include <benchmark/benchmark.h>

#include <coroutine>
#include <cstdint>
#include <queue>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"
#include "sextant/kernel/task.h"

namespace sextant {
namespace {

enum class Cause { kTest };

/// Exponential delays with mean 1 ms.
class Delays {
 public:
  Delays() {
    RandomStream stream(1, "bench");
    for (std::int64_t& ns : ns_) ns = 1 + static_cast<std::int64_t>(1e6 * draw_exponential(stream));
  }
  SimDuration next() { return SimDuration(ns_[next_++ & (kSize - 1)]); }

 private:
  static constexpr std::size_t kSize = 4096;
  std::vector<std::int64_t> ns_ = std::vector<std::int64_t>(kSize);
  std::size_t next_ = 0;
};

Process sleeper(Delays& delays) {
  for (;;) (void)co_await delay(delays.next());
}

/// Runs the simulation in slices of about 100,000 events and reports events per second.
void measure(benchmark::State& state, Simulation& sim, std::int64_t processes) {
  const SimDuration slice(100'000'000'000 / processes);
  sim.run_until(sim.now() + slice);
  const std::uint64_t before = sim.events();
  for (auto _ : state) sim.run_until(sim.now() + slice);
  state.SetItemsProcessed(static_cast<std::int64_t>(sim.events() - before));
}

void delays_only(benchmark::State& state) {
  Delays delays;
  Simulation sim;
  for (std::int64_t i = 0; i < state.range(0); ++i) sim.start(sleeper(delays));
  measure(state, sim, state.range(0));
}
BENCHMARK(delays_only)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// Every tenth process interrupts its neighbour after each of its delays, so that about a tenth of
/// all wakes are interrupts, each of which cancels a delay.
Process disturber(Delays& delays, const std::vector<ProcessHandle>& all, std::size_t victim) {
  for (;;) {
    (void)co_await delay(delays.next());
    all[victim].interrupt(Cause::kTest);
  }
}

void with_interrupts(benchmark::State& state) {
  Delays delays;
  std::vector<ProcessHandle> all;
  Simulation sim;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const std::size_t neighbour = all.size() - all.size() % 10 + 1 + all.size() / 10 % 9;
    all.push_back(sim.start(i % 10 == 0 ? disturber(delays, all, neighbour) : sleeper(delays)));
  }
  measure(state, sim, state.range(0));
}
BENCHMARK(with_interrupts)->Arg(1'000)->Arg(10'000);

/// As above, with any_of: a tenth of the processes trigger events of neighbours that wait for the
/// event or a time-out.
Process pulser(Delays& delays, std::vector<Event>& events, std::size_t event) {
  for (;;) {
    (void)co_await delay(delays.next());
    events[event].pulse();
  }
}

Process any_waiter(Delays& delays, std::vector<Event>& events, std::size_t event) {
  for (;;) (void)co_await any_of(delay(delays.next()), events[event]);
}

void with_any_of(benchmark::State& state) {
  Delays delays;
  std::vector<Event> events(static_cast<std::size_t>(state.range(0)));
  Simulation sim;
  for (std::size_t i = 0; i < events.size(); ++i) {
    sim.start(i % 10 == 0 ? pulser(delays, events, i + 1) : any_waiter(delays, events, i));
  }
  measure(state, sim, state.range(0));
}
BENCHMARK(with_any_of)->Arg(1'000)->Arg(10'000);

Task<std::int64_t> nap(Delays& delays) {
  const SimDuration length = delays.next();
  (void)co_await delay(length);
  co_return length.ns();
}

Process napper(Delays& delays) {
  for (;;) benchmark::DoNotOptimize(co_await nap(delays));
}

/// Each wake is the end of a task, and each wait the beginning of one.
void with_tasks(benchmark::State& state) {
  Delays delays;
  Simulation sim;
  for (std::int64_t i = 0; i < state.range(0); ++i) sim.start(napper(delays));
  measure(state, sim, state.range(0));
}
BENCHMARK(with_tasks)->Arg(1'000)->Arg(10'000);

void start_and_end(benchmark::State& state) {
  Delays delays;
  for (auto _ : state) {
    Simulation sim;
    for (std::int64_t i = 0; i < state.range(0); ++i) sim.start(sleeper(delays));
    sim.run_until(SimTime(1));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(start_and_end)->Arg(2'000);

// --- The yardstick: coroutines on a std::priority_queue, with no interrupts and no digest
// ---------

struct BareQueue {
  struct Entry {
    std::int64_t time;
    std::uint64_t sequence;
    std::coroutine_handle<> coroutine;
    bool operator<(const Entry& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };

  std::priority_queue<Entry> entries;
  std::int64_t now = 0;
  std::uint64_t sequence = 0;
};

struct BareDelay {
  BareQueue& queue;
  std::int64_t length;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) const {
    queue.entries.push({queue.now + length, queue.sequence++, coroutine});
  }
  void await_resume() const {}
};

struct BareProcess {
  struct promise_type {
    BareProcess get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const {}
    void unhandled_exception() const {}
  };
  std::coroutine_handle<> coroutine;
};

BareProcess bare_sleeper(BareQueue& queue, Delays& delays) {
  for (;;) co_await BareDelay{queue, delays.next().ns()};
}

void bare_loop(benchmark::State& state) {
  Delays delays;
  BareQueue queue;
  std::vector<BareProcess> processes;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    processes.push_back(bare_sleeper(queue, delays));
  }
  for (auto _ : state) {
    const BareQueue::Entry entry = queue.entries.top();
    queue.entries.pop();
    queue.now = entry.time;
    entry.coroutine.resume();
  }
  state.SetItemsProcessed(state.iterations());
  for (BareProcess& process : processes) process.coroutine.destroy();
}
BENCHMARK(bare_loop)->Arg(1'000)->Arg(10'000);

}  // namespace
}  // namespace sextant
