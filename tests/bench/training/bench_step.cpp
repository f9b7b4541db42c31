// Speed of one forecast: the whole of forecast_step, graph and replay included; and of its trace,
// which adds the labels.
#include <benchmark/benchmark.h>

#include "sextant/training/step_model.h"
#include "sextant/training/step_trace.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

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

void BM_ForecastLlama3OnTheCluster(benchmark::State& state) {
  const StepInputs inputs = llama3_405b();
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(forecast_step(inputs, calibration).time);
}
BENCHMARK(BM_ForecastLlama3OnTheCluster)->Unit(benchmark::kMillisecond);

void BM_TraceLlama3OnTheCluster(benchmark::State& state) {
  const StepInputs inputs = llama3_405b();
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(trace_step(inputs, calibration).timeline.finish);
}
BENCHMARK(BM_TraceLlama3OnTheCluster)->Unit(benchmark::kMillisecond);

void BM_ForecastOneNode(benchmark::State& state) {
  const StepInputs inputs = fixtures::inputs(8);
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(forecast_step(inputs, calibration).time);
}
BENCHMARK(BM_ForecastOneNode)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sextant
