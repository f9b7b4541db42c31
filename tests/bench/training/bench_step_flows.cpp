// What it takes to build a step as a flow problem: folded on 16,384 accelerators, and unfolded on
// 1,024, where every data-parallel index has its own activities. And to read the answer.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "tests/support/flow_steps.h"
#include "tests/support/llama3_405b.h"

namespace sextant {
namespace {

StepInputs llama3_on(int ranks) {
  StepInputs inputs = fixtures::llama3_405b();
  inputs.global_batch = inputs.global_batch * ranks / inputs.accelerators;
  inputs.accelerators = ranks;
  return inputs;
}

Fabric fat_tree(int nodes) {
  return fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kFatTree, 32, 4.0), nodes);
}

void BM_FoldLlama3OnTheCluster(benchmark::State& state) {
  const StepInputs inputs = llama3_on(16384);
  const Calibration calibration = fixtures::calibration();
  const Fabric fabric = fat_tree(2048);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  for (auto _ : state) {
    const StepFlows flows = step_flows(fabric, {job}, {}, {}, nullptr);
    if (!flows.folded) state.SkipWithError("not folded");
    benchmark::DoNotOptimize(flows.problem.activities.data());
  }
}
BENCHMARK(BM_FoldLlama3OnTheCluster)->Unit(benchmark::kMillisecond);

void BM_BuildLlama3Unfolded(benchmark::State& state) {
  const StepInputs inputs = llama3_on(1024);
  const Calibration calibration = fixtures::calibration();
  const Fabric fabric = fat_tree(128);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  std::size_t activities = 0;
  for (auto _ : state) {
    const StepFlows flows = step_flows(fabric, {job}, {}, {.fold = false}, nullptr);
    activities = flows.problem.activities.size();
  }
  state.counters["activities"] = static_cast<double>(activities);
}
BENCHMARK(BM_BuildLlama3Unfolded)->Unit(benchmark::kMillisecond);

/// As if everything took what it takes by itself.
FlowResult undisturbed(const StepFlows& flows) {
  FlowResult result;
  for (std::size_t i = 0; i < flows.alone.size(); ++i) {
    const FlowProblem::Activity& activity = flows.problem.activities[i];
    double start = 0.0;
    for (const std::int32_t wait : activity.waits) {
      start = std::max(start, result.end[static_cast<std::size_t>(wait)]);
    }
    result.start.push_back(start);
    result.moving.push_back(start + activity.seconds);
    result.end.push_back(start + flows.alone[i]);
  }
  return result;
}

void BM_ReadLlama3Unfolded(benchmark::State& state) {
  const StepInputs inputs = llama3_on(1024);
  const Calibration calibration = fixtures::calibration();
  const Fabric fabric = fat_tree(128);
  const StepFlows flows = step_flows(fabric, {fixtures::flow_job(fabric, inputs, calibration)}, {},
                                     {.fold = false}, nullptr);
  const FlowResult result = undisturbed(flows);
  for (auto _ : state) benchmark::DoNotOptimize(flowed_step(flows, result, 0).time);
}
BENCHMARK(BM_ReadLlama3Unfolded)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant
