#pragma once

#include "sextant/campaign/campaign_phase.h"
#include "sextant/training/calibration.h"
#include "src/plan/phases.h"

namespace sextant::plan {

/// Time of one global batch of forward passes. A frozen reference model is one more forward pass in
/// every microbatch: what a step takes longer for it, pipeline fill and communication included. At
/// least a third of the step's own passes, for some of that hides behind the gathers of ZeRO-3.
Seconds forward_time(const StepInputs& inputs, const Calibration& calibration);

/// Pauses for whole global batches of the phase's main size. Where there is a reference model, it
/// evaluates too.
EvaluationPauses evaluation_pauses(const scenario::EvaluationPlan& plan, const PlannedBatch& batch,
                                   const Calibration& calibration);

}  // namespace sextant::plan
