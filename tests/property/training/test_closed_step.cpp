// The closed tier forecasts what the replay of the operation graph does.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/training/closed_step.h"
#include "sextant/training/stage_cut.h"
#include "sextant/training/step_model.h"
#include "tests/support/random_inputs.h"

namespace sextant {
namespace {

/// Longer steps and deeper pipelines than other laws need: the middle of a step is skipped.
StepInputs random_step() {
  StepInputs inputs = fixtures::random_inputs();
  const int deeper = *rc::gen::element(1, 1, 2, 5);
  inputs.layout.pipeline *= deeper;
  inputs.accelerators *= deeper;
  inputs.global_batch *= deeper * *rc::gen::element(1, 1, 3, 20);
  inputs.model.layers =
      *rc::gen::inRange(std::max(2, inputs.layout.pipeline * inputs.layout.virtual_stages - 1), 60);
  inputs.model.vocabulary = *rc::gen::element(8000, 128000, 1000000);
  if (*rc::gen::inRange(0, 4) == 0) inputs.node.network_bandwidth *= 0.02;
  return inputs;
}

void agree(const StepInputs& inputs) {
  const std::optional<ClosedStep> closed = forecast_closed(inputs, fixtures::calibration());
  RC_ASSERT(closed);
  const StepProfile replay = forecast_step(inputs, fixtures::calibration());
  RC_ASSERT(std::abs(closed->time / replay.time - 1.0) < 1e-6);
  RC_ASSERT(std::abs(closed->peak_memory / replay.peak_memory() - 1.0) < 1e-9);
}

RC_GTEST_PROP(ClosedStep, IsTheReplay, ()) { agree(random_step()); }

RC_GTEST_PROP(ClosedStep, IsTheReplayOfUnevenStages, ()) {
  StepInputs inputs = random_step();
  inputs.layout.stages = StageCut::kMemory;
  agree(cut_as_asked(inputs, fixtures::calibration()));
}

RC_GTEST_PROP(ClosedStep, TakesNoLessThanItsBound, ()) {
  const StepInputs inputs = random_step();
  const Seconds bound = closed_lower_bound(inputs, fixtures::calibration()).value();
  const Seconds time = forecast_closed(inputs, fixtures::calibration())->time;
  RC_ASSERT(bound > Seconds(0));
  RC_ASSERT(bound <= time * (1.0 + 1e-7));
}

}  // namespace
}  // namespace sextant
