#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/plan/difference.h"
#include "src/plan/plan.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// What a plan's run takes more or less than another's, which met the same luck.
std::string difference_text(const plan::PlanResult& other,
                            const plan::ForecastDifference& difference, TextStyle style);

/// Each quantity's difference, with its interval.
nlohmann::ordered_json differences_json(const plan::ForecastDifference& difference);

/// {scenario, pairs, difference, plan}: the member "against" of the document of plan_json.
nlohmann::ordered_json difference_json(const plan::PlanResult& other,
                                       const plan::ForecastDifference& difference);

}  // namespace sextant::report
