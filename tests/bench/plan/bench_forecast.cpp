#include <benchmark/benchmark.h>

#include "src/plan/checkpoint_interval.h"
#include "src/plan/forecast.h"

namespace sextant::plan {
namespace {

/// Llama-3-405B on 2,048 nodes of eight H100: 54 days of work, all uncertainties.
ForecastInputs llama3_405b(std::int64_t replicas) {
  ForecastInputs inputs;
  CampaignInputs& run = inputs.campaign;
  run.nodes = 2048;
  run.step_log_spread = 0.05;
  run.phases = {steady_phase(Seconds(5.1), 900'000,
                             {.mode = CheckpointMode::kAsynchronous,
                              .stall = Seconds(0.07),
                              .write = Seconds(28),
                              .slowdown = 0.02,
                              .restore = Seconds(28)})};
  run.interval = Seconds(110);
  run.failures.node_life.value = 264.0 * kDay;
  run.failures.rate_spread_shape = Coefficient<double>{2.1, "", "", Method::kFitted, {}};
  run.fleet.spares = 64;
  inputs.replicas = replicas;
  inputs.seed = 1;
  return inputs;
}

void replicas(benchmark::State& state) {
  const ForecastInputs inputs = llama3_405b(state.range(0));
  const run::ParallelOptions parallel{.threads = static_cast<int>(state.range(1))};
  for (auto _ : state) benchmark::DoNotOptimize(forecast(inputs, parallel));
}
BENCHMARK(replicas)
    ->ArgNames({"replicas", "threads"})
    ->Args({1000, 1})
    ->Args({1000, 2})
    ->Args({10'000, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void optimal_interval(benchmark::State& state) {
  const CampaignInputs inputs = llama3_405b(1).campaign;
  const run::ParallelOptions parallel{.threads = static_cast<int>(state.range(0))};
  for (auto _ : state) {
    benchmark::DoNotOptimize(choose_interval(IntervalRule::kOptimal, inputs, 1, parallel));
  }
}
BENCHMARK(optimal_interval)
    ->ArgNames({"threads"})
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant::plan
