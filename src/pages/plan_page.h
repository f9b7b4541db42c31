#pragma once

#include "src/pages/html_page.h"
#include "src/plan/plan.h"

namespace sextant::pages {

/// The page of a plan. `document`: plan_json, and what was asked for besides.
PageDocument plan_page(const plan::PlanResult& result, nlohmann::ordered_json document);

}  // namespace sextant::pages
