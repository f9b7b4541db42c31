#include "src/plan/evaluation.h"

#include "sextant/training/step_model.h"

namespace sextant::plan {

Seconds forward_time(const StepInputs& inputs, const Calibration& calibration) {
  StepInputs with = inputs;
  StepInputs without = inputs;
  with.tuning.reference_model = true;
  without.tuning.reference_model = false;
  return forecast_step(with, calibration).time - forecast_step(without, calibration).time;
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
