#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/plan/plan.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// What preparing the data before the run takes with each fleet; empty without a preparation.
std::string preparation_text(const plan::PlanResult& result, TextStyle style);

/// Null without a preparation.
nlohmann::ordered_json preparation_json(const plan::PlanResult& result);

}  // namespace sextant::report
