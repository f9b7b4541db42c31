#include "sextant/training/step_recipe.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/training/step_trace.h"
#include "tests/support/random_inputs.h"

namespace sextant {
namespace {

/// A machine on which everything costs something, so that nothing can be left out unseen.
Calibration random_calibration() {
  Calibration calibration = fixtures::calibration();
  calibration.rank_spread = fixtures::known<double>(0.01);
  FabricCoefficients& fabric = calibration.fabrics["net"];
  fabric.crossing = fixtures::known<Seconds>(40e-6);
  fabric.shared_crossing = fixtures::known<Seconds>(90e-6);
  SoftwareCoefficients& software = calibration.software["megatron"];
  software.between_kernels = fixtures::known<Seconds>(1e-6);
  software.collective_cost = fixtures::known<double>(1.3);
  software.elementwise_passes = fixtures::known<double>(1.7);
  software.yearly_gain = fixtures::known<double>(0.1);
  const double bucket = *rc::gen::element(0.0, 4e7);
  software.reduce_bucket = software.gather_bucket = fixtures::known<double>(bucket);
  return calibration;
}

StepInputs varied_inputs() {
  StepInputs inputs = fixtures::random_inputs();
  inputs.software.cuda_graphs = *rc::gen::arbitrary<bool>();
  inputs.software.release = *rc::gen::element(2023.0, 2025.0);
  if (inputs.layout.zero > 0 && *inputs.layout.data % 2 == 0 && *rc::gen::arbitrary<bool>()) {
    inputs.layout.shard_group = *inputs.layout.data * inputs.layout.context / 2;
  }
  if (*rc::gen::inRange(0, 4) == 0) {
    inputs.layout.offload = Offload::kOptimizer;
    inputs.node.host_link = BytesPerSecond(50e9);
    inputs.node.host_memory_bandwidth = BytesPerSecond(300e9);
  }
  if (*rc::gen::inRange(0, 4) == 0) {
    inputs.precision = Precision::kFp32;
    inputs.software.attention = AttentionKernel::kUnfused;
  }
  return inputs;
}

/// Of these parts the model may hide some behind work.
bool may_be_hidden(StepPart part) {
  return part == StepPart::kTensorParallel || part == StepPart::kContextParallel ||
         part == StepPart::kExpertParallel;
}

RC_GTEST_PROP(StepRecipe, ItemsTakeWhatTheirOperationTakes, ()) {
  const StepInputs inputs = varied_inputs();
  RC_PRE(layout_faults(inputs).empty());
  const StepRecipe recipe = step_recipe(inputs, random_calibration());
  for (std::size_t i = 0; i < recipe.graph.size(); ++i) {
    const auto id = static_cast<OperationGraph::OperationId>(i);
    PartTimes parts;
    for (const WorkItem& item : recipe.work(id)) parts[item.part] += item.times * item.seconds;
    for (std::size_t p = 0; p < kStepParts; ++p) {
      const auto part = static_cast<StepPart>(p);
      const double expected = recipe.graph.parts_of(id)[part];
      const double tolerance = 1e-9 * std::max(expected, 1e-9);
      if (recipe.hidden.empty() || !may_be_hidden(part)) {
        RC_ASSERT(std::abs(parts[part] - expected) <= tolerance);
      } else {
        RC_ASSERT(parts[part] >= expected - tolerance);
      }
    }
  }
}

RC_GTEST_PROP(StepRecipe, IsOfTheStepThatIsTraced, ()) {
  const StepInputs inputs = varied_inputs();
  RC_PRE(layout_faults(inputs).empty());
  const Calibration calibration = fixtures::calibration();
  const StepRecipe recipe = step_recipe(inputs, calibration);
  RC_ASSERT(recipe.timeline.finish == trace_step(inputs, calibration).timeline.finish);
  RC_ASSERT(recipe.work_of.size() == recipe.graph.size());
}

}  // namespace
}  // namespace sextant
