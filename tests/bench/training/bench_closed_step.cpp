// Speed of the closed tier, to compare with bench_step.cpp: time and memory of one layout.
#include <benchmark/benchmark.h>

#include "sextant/training/closed_step.h"
#include "tests/support/llama3_405b.h"

namespace sextant {
namespace {

void forecast(benchmark::State& state, const StepInputs& inputs) {
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(forecast_closed(inputs, calibration));
  state.counters["layouts"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_ClosedLlama3OnTheCluster(benchmark::State& state) {
  forecast(state, fixtures::llama3_405b());
}
BENCHMARK(BM_ClosedLlama3OnTheCluster)->Unit(benchmark::kMicrosecond);

void BM_ClosedLlama3WithoutVirtualStages(benchmark::State& state) {
  StepInputs inputs = fixtures::llama3_405b();
  inputs.layout.virtual_stages = 1;
  inputs.global_batch = state.range(0) * inputs.data();
  forecast(state, inputs);
}
BENCHMARK(BM_ClosedLlama3WithoutVirtualStages)
    ->Arg(16)
    ->Arg(64)
    ->Arg(1024)
    ->Unit(benchmark::kMicrosecond);

void BM_ClosedOneNode(benchmark::State& state) { forecast(state, fixtures::inputs(8)); }
BENCHMARK(BM_ClosedOneNode)->Unit(benchmark::kMicrosecond);

void BM_ClosedShardedParameters(benchmark::State& state) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.layout.zero = 3;
  inputs.global_batch = 64 * state.range(0);
  forecast(state, inputs);
}
BENCHMARK(BM_ClosedShardedParameters)->Arg(1)->Arg(16)->Arg(256)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sextant
