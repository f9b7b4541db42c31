#pragma once

#include <string>

#include "src/plan/plan.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// One line: "tensor 8 x pipeline 16 x data 128, 8 virtual stages, ZeRO-1, …".
std::string layout_text(const StepInputs& inputs);

/// "layers by stage: 5, 2 x 6, 4" where these are not equal numbers; empty where they are.
std::string stages_line(const StepInputs& inputs);

/// A row for each phase, and one for each batch of a short ramp. Empty where the run is one phase
/// with one batch.
std::string phases_table(const plan::PlanResult& result, TextStyle style);

/// What the phases tune, and what they save then; a line each, none for full training.
std::string tuning_lines(const plan::PlanResult& result);

/// How often the run evaluates, and how long that takes; empty if it does not.
std::string evaluation_lines(const plan::PlanResult& result);

}  // namespace sextant::report
