// Bars (release build): a replica of 54 days on 2,048 nodes below 2 ms, of 180 days on 12,500 nodes
// below 20 ms; 10,000 replicas of the first below 10 s on 2 cores (tests/bench/plan).
#include <benchmark/benchmark.h>

#include "sextant/campaign/campaign.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

/// 54 days of Llama 3's fleet: some 420 failures. The interval is in minutes.
CampaignInputs fleet_of_2048(double interval_min, double shape) {
  CampaignInputs inputs;
  inputs.nodes = 2048;
  inputs.duration = 54.0 * kDay;
  inputs.phases = {steady_phase(Seconds(5), 1'000'000'000,
                                {.mode = CheckpointMode::kAsynchronous,
                                 .stall = Seconds(0.1),
                                 .write = Seconds(28),
                                 .slowdown = 0.02,
                                 .restore = Seconds(28)})};
  inputs.interval = interval_min * kMinute;
  inputs.failures.node_life.value = 264.0 * kDay;
  inputs.failures.shape.value = shape;
  inputs.fleet.spares = 64;
  return inputs;
}

void replica_of_54_days(benchmark::State& state) {
  const CampaignInputs inputs =
      fleet_of_2048(static_cast<double>(state.range(0)), state.range(1) == 1 ? 1.0 : 0.7);
  ReplicaKey key{.seed = 1};
  std::int64_t stops = 0;
  for (auto _ : state) {
    UsageTotals usage;
    stops += run_campaign(inputs, key, usage).total_interruptions();
    ++key.replica;
  }
  state.counters["stops"] =
      benchmark::Counter(static_cast<double>(stops), benchmark::Counter::kAvgIterations);
}
BENCHMARK(replica_of_54_days)
    ->ArgNames({"interval_min", "exponential"})
    ->Args({2, 1})
    ->Args({10, 1})
    ->Args({10, 0})
    ->Unit(benchmark::kMillisecond);

/// A copy in the memory of peers every minute, the store every half hour.
void replica_with_tiers(benchmark::State& state) {
  CampaignInputs inputs = fleet_of_2048(30, 1);
  inputs.phases.front().faster = {{.medium = CheckpointMedium::kPeerMemory,
                                   .copies = 2,
                                   .costs = {.mode = CheckpointMode::kAsynchronous,
                                             .stall = Seconds(0.1),
                                             .write = Seconds(1),
                                             .slowdown = 0.02,
                                             .restore = Seconds(1)}}};
  inputs.faster_intervals = {kMinute};
  ReplicaKey key{.seed = 1};
  for (auto _ : state) {
    UsageTotals usage;
    benchmark::DoNotOptimize(run_campaign(inputs, key, usage));
    ++key.replica;
  }
}
BENCHMARK(replica_with_tiers)->Unit(benchmark::kMillisecond);

/// S3 that must split six times, training data on local disks, and steps that wait for them.
void replica_with_storage(benchmark::State& state) {
  CampaignInputs inputs = fleet_of_2048(10, 1);
  CampaignPhase& phase = inputs.phases.front();
  phase.runs.front().data_stall = Seconds(0.1);
  phase.checkpoint.saved = {.size = Bytes(5.7e12), .puts = 131'072};
  for (int level = 0; level < 6; ++level) {
    phase.growing.push_back(phase.checkpoint);
    phase.growing.back().saved.overloaded = Seconds(30);
    phase.growing.back().write_failure = 0.1;
  }
  inputs.split_after = Coefficient<Seconds>{45.0 * kMinute, "", "", Method::kAssumed,
                                            std::array{30.0 * kMinute, 60.0 * kMinute}};
  inputs.data = {.load = 10.0 * kMinute, .load_new_node = kMinute};
  ReplicaKey key{.seed = 1};
  for (auto _ : state) {
    UsageTotals usage;
    benchmark::DoNotOptimize(run_campaign(inputs, key, usage));
    ++key.replica;
  }
}
BENCHMARK(replica_with_storage)->Unit(benchmark::kMillisecond);

/// 100,000 GPUs for half a year: some 8,500 failures.
void replica_of_180_days_on_100_000_gpus(benchmark::State& state) {
  CampaignInputs inputs = fleet_of_2048(2, 1);
  inputs.nodes = 12'500;
  inputs.duration = 180.0 * kDay;
  inputs.fleet.spares = 256;
  ReplicaKey key{.seed = 1};
  for (auto _ : state) {
    UsageTotals usage;
    benchmark::DoNotOptimize(run_campaign(inputs, key, usage));
    ++key.replica;
  }
}
BENCHMARK(replica_of_180_days_on_100_000_gpus)->Unit(benchmark::kMillisecond);

/// The same fleet through a ramp, a restart and 1,300 evaluations.
void replica_of_phases(benchmark::State& state) {
  CampaignInputs inputs = fleet_of_2048(10, 1);
  inputs.duration.reset();
  CampaignPhase& ramped = inputs.phases.front();
  ramped.runs = {{Seconds(2), 20'000}, {Seconds(3), 200'000}, {Seconds(5), 500'000}};
  ramped.evaluation = {.every = 1000, .time = Seconds(20)};
  CampaignPhase longer = ramped;
  longer.runs = {{Seconds(8), 150'000}};
  longer.evaluation.every = 250;
  longer.restarts = true;
  inputs.phases.push_back(longer);
  ReplicaKey key{.seed = 1};
  for (auto _ : state) {
    UsageTotals usage;
    benchmark::DoNotOptimize(run_campaign(inputs, key, usage));
    ++key.replica;
  }
}
BENCHMARK(replica_of_phases)->Unit(benchmark::kMillisecond);

/// Any sink that looks at every interval: what a trace costs.
struct CountingSink final : UsageSink {
  std::int64_t intervals = 0;
  void add(const UsageInterval&) override { ++intervals; }
};

void replica_interval_by_interval(benchmark::State& state) {
  const CampaignInputs inputs = fleet_of_2048(2, 1);
  ReplicaKey key{.seed = 1};
  for (auto _ : state) {
    CountingSink sink;
    benchmark::DoNotOptimize(run_campaign(inputs, key, sink));
    state.counters["intervals"] = static_cast<double>(sink.intervals);
    ++key.replica;
  }
}
BENCHMARK(replica_interval_by_interval)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant
