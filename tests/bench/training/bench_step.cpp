// Speed of one forecast: the whole of forecast_step, graph and replay included; and of its trace,
// which adds the labels.
#include <benchmark/benchmark.h>

#include "sextant/training/step_model.h"
#include "sextant/training/step_trace.h"
#include "tests/support/llama3_405b.h"

namespace sextant {
namespace {

void BM_ForecastLlama3OnTheCluster(benchmark::State& state) {
  const StepInputs inputs = fixtures::llama3_405b();
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(forecast_step(inputs, calibration).time);
}
BENCHMARK(BM_ForecastLlama3OnTheCluster)->Unit(benchmark::kMillisecond);

void BM_TraceLlama3OnTheCluster(benchmark::State& state) {
  const StepInputs inputs = fixtures::llama3_405b();
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
