#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/plan/explain.h"
#include "src/plan/plan.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// Where a plan's step goes, part by part, and which changes would save most.
std::string explain_text(const plan::PlanResult& result, const plan::StepExplanation& explanation,
                         TextStyle style);

/// {breakdown, changes, rejected}: the member "explain" of the document of plan_json.
nlohmann::ordered_json explain_json(const plan::PlanResult& result,
                                    const plan::StepExplanation& explanation);

/// The parts of a step that matter, largest first: {part, time_s, share, why}.
nlohmann::ordered_json parts_json(const StepInputs& inputs, const StepProfile& step);

/// The same as text, a paragraph for each.
std::string parts_text(const StepInputs& inputs, const StepProfile& step, TextStyle style);

}  // namespace sextant::report
