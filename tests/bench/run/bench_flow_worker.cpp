// The flow engine in its process, start and pipes included. ASTRA-sim's analytical backend, which
// shares links too, takes 17.2 s and 366 MB (2 cores) for one ring all-reduce of 64 MB among 1,024:
// here as one coupled pattern (BM_RingAsOnePattern) and message by message (BM_RingByMessages).

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "tests/support/flow_worker.h"

namespace sextant::run {
namespace {

/// Runs it as often as the benchmark asks; items: activities.
void bench(benchmark::State& state, const FlowProblem& problem) {
  FlowOptions options = tests::flow_worker();
  if (!find_flow_worker(options)) {
    state.SkipWithError("sextant-flow was not built (SimGrid)");
    return;
  }
  FlowResult result;
  double engine_s = 0.0;
  for (auto _ : state) {
    result = run_flows(problem, options);
    engine_s += result.wall_s;
  }
  const auto runs = static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(runs * static_cast<std::int64_t>(problem.activities.size()));
  state.counters["engine_s"] = benchmark::Counter(engine_s, benchmark::Counter::kAvgIterations);
  state.counters["peak_MB"] = static_cast<double>(result.peak_bytes) * 1e-6;
  state.counters["simulated_s"] = result.end.empty() ? 0.0 : result.end.back();
}

std::int32_t number(std::size_t i) { return static_cast<std::int32_t>(i); }

/// Hosts with a link out and a link in of 50 GB/s; pattern i of a ring goes from i to the next.
FlowProblem ring(std::size_t hosts) {
  FlowProblem problem;
  problem.capacities.assign(2 * hosts, 50e9);
  for (std::size_t i = 0; i < hosts; ++i) {
    const std::size_t next = (i + 1) % hosts;
    std::vector<FlowLoad> loads{{number(i), 1.0}, {number(hosts + next), 1.0}};
    problem.patterns.push_back(loads);
  }
  return problem;
}

void BM_Start(benchmark::State& state) { bench(state, {}); }
BENCHMARK(BM_Start)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Chains of waits that move nothing.
void BM_Timers(benchmark::State& state) {
  FlowProblem problem;
  const auto count = static_cast<std::size_t>(state.range(0));
  for (std::size_t i = 0; i < count; ++i) {
    problem.activities.push_back({.seconds = 1e-6 * static_cast<double>(1 + i % 97)});
    if (i >= 1000) problem.activities.back().waits = {number(i - 1000)};
  }
  bench(state, problem);
}
BENCHMARK(BM_Timers)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Flows between hosts that differ in their ends and sizes, one at a time from each host: what
/// shares links changes with every one that ends.
void BM_Flows(benchmark::State& state) {
  const auto hosts = static_cast<std::size_t>(state.range(0));
  const auto count = static_cast<std::size_t>(state.range(1));
  FlowProblem problem;
  problem.capacities.assign(2 * hosts, 50e9);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = i % hosts, turn = i / hosts;
    const std::size_t to = (from * 7 + turn * 13 + 1) % hosts;
    std::vector<FlowLoad> loads{{number(from), 1.0}, {number(hosts + to), 1.0}};
    problem.patterns.push_back(loads);
    problem.activities.push_back(
        {.pattern = number(i), .bytes = 1e6 * static_cast<double>(1 + (i * 31) % 101)});
    if (i >= hosts) problem.activities.back().waits = {number(i - hosts)};
  }
  bench(state, problem);
}
BENCHMARK(BM_Flows)
    ->Args({128, 20'000})
    ->Args({4096, 20'000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

constexpr std::size_t kRanks = 1024;
constexpr double kRingBytes = 64e6;

void BM_RingAsOnePattern(benchmark::State& state) {
  FlowProblem problem = ring(kRanks);
  std::vector<FlowLoad> loads;
  for (std::size_t link = 0; link < problem.capacities.size(); ++link) {
    loads.push_back({number(link), 1.0});
  }
  problem.patterns = {loads};
  problem.activities = {{.pattern = 0, .bytes = kRingBytes * 2.0 * (kRanks - 1) / kRanks}};
  bench(state, problem);
}
BENCHMARK(BM_RingAsOnePattern)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Every rank sends the next its share, 2 (n - 1) times, each when the one before has come.
void BM_RingByMessages(benchmark::State& state) {
  FlowProblem problem = ring(kRanks);
  const auto rounds = static_cast<std::size_t>(state.range(0));
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kRanks; ++i) {
      problem.activities.push_back({.pattern = number(i), .bytes = kRingBytes / kRanks});
      if (round == 0) continue;
      const std::size_t before = (round - 1) * kRanks;
      // What it passes on has come from the one before, and its own last message has gone.
      problem.activities.back().waits = {number(before + i),
                                         number(before + (i + kRanks - 1) % kRanks)};
    }
  }
  bench(state, problem);
}
BENCHMARK(BM_RingByMessages)
    ->Arg(64)
    ->Arg(2 * (kRanks - 1))
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace sextant::run
