// Speed of the closed tier, to compare with bench_step.cpp: time and memory of one layout.
#include <benchmark/benchmark.h>

#include "sextant/training/closed_step.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

void forecast(benchmark::State& state, const StepInputs& inputs) {
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(forecast_closed(inputs, calibration));
  state.counters["layouts"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

/// Llama 3 405B on 16,384 accelerators.
StepInputs llama3_405b() {
  StepInputs inputs = fixtures::inputs(16384);
  inputs.model.layers = 126;
  inputs.model.hidden = 16384;
  inputs.model.heads = 128;
  inputs.model.kv_heads = 8;
  inputs.model.feed_forward = 53248;
  inputs.model.vocabulary = 128256;
  inputs.layout.tensor = 8;
  inputs.layout.pipeline = 16;
  inputs.layout.virtual_stages = 8;
  inputs.sequence_length = 8192;
  inputs.global_batch = 2048;
  return inputs;
}

void BM_ClosedLlama3OnTheCluster(benchmark::State& state) { forecast(state, llama3_405b()); }
BENCHMARK(BM_ClosedLlama3OnTheCluster)->Unit(benchmark::kMicrosecond);

void BM_ClosedLlama3WithoutVirtualStages(benchmark::State& state) {
  StepInputs inputs = llama3_405b();
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
