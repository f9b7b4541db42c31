// Speed of cutting layers into pipeline stages. `memory` is the cut alone, `balanced` also replays
// the step with it and with equal numbers of layers.
#include <benchmark/benchmark.h>

#include "sextant/training/stage_cut.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

/// 126 layers, as Llama 3 405B has.
StepInputs deep_model(StageCut cut, int virtual_stages) {
  StepInputs inputs = fixtures::inputs(2048);
  inputs.model.layers = 126;
  inputs.layout.tensor = 8;
  inputs.layout.pipeline = 16;
  inputs.layout.virtual_stages = virtual_stages;
  inputs.layout.stages = cut;
  inputs.global_batch = 256;
  return inputs;
}

void cut_stages_of(benchmark::State& state, const StepInputs& inputs) {
  const Calibration calibration = fixtures::calibration();
  for (auto _ : state) benchmark::DoNotOptimize(cut_as_asked(inputs, calibration));
}

void BM_CutForMemory126LayersInto16(benchmark::State& state) {
  cut_stages_of(state, deep_model(StageCut::kMemory, 1));
}
BENCHMARK(BM_CutForMemory126LayersInto16)->Unit(benchmark::kMillisecond);

void BM_CutBalanced126LayersInto16(benchmark::State& state) {
  cut_stages_of(state, deep_model(StageCut::kBalanced, 1));
}
BENCHMARK(BM_CutBalanced126LayersInto16)->Unit(benchmark::kMillisecond);

void BM_CutForMemory126LayersInto16Of4Chunks(benchmark::State& state) {
  cut_stages_of(state, deep_model(StageCut::kMemory, 4));
}
BENCHMARK(BM_CutForMemory126LayersInto16Of4Chunks)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant
