#include "src/plan/evaluation.h"

#include <algorithm>

#include "sextant/training/step_model.h"

namespace sextant::plan {
namespace {

Seconds part(const StepProfile& step, StepPart part) {
  return step.breakdown[static_cast<std::size_t>(part)];
}

/// The forward share of the passes of a step: one third, or one quarter where all of it is computed
/// again.
Seconds share_of_passes(const StepProfile& step, const Layout& layout) {
  Seconds passes = step.time - part(step, StepPart::kOptimizer);
  if (layout.zero < 3) passes -= part(step, StepPart::kDataParallel);  // of gradients
  return passes / (layout.recompute == Recompute::kFull ? 4.0 : 3.0);
}

}  // namespace

Seconds forward_time(const StepInputs& inputs, const Calibration& calibration) {
  StepInputs with = inputs;
  StepInputs without = inputs;
  with.tuning.reference_model = true;
  without.tuning.reference_model = false;
  const StepProfile step = forecast_step(without, calibration);
  const Seconds longer = forecast_step(with, calibration).time - step.time;
  return std::max(longer, share_of_passes(step, inputs.layout));
}

EvaluationPauses evaluation_pauses(const scenario::EvaluationPlan& plan, const PlannedBatch& batch,
                                   const Calibration& calibration) {
  const std::int64_t size = batch.inputs.global_batch;
  const std::int64_t batches = plan.batches ? *plan.batches : (*plan.sequences + size - 1) / size;
  const double models = batch.inputs.tuning.reference_model ? 2.0 : 1.0;
  return {.every = plan.every,
          .time = static_cast<double>(batches) * models * forward_time(batch.inputs, calibration)};
}

}  // namespace sextant::plan
