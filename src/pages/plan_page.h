#pragma once

#include <string>

#include "src/pages/html_page.h"
#include "src/plan/infeasible.h"
#include "src/plan/plan.h"

namespace sextant::pages {

/// The page of a plan. `document`: plan_json, and what was asked for besides. Its pictures:
///
/// - words: {work, extrapolated, may_not_fit, data, spares}, as the terminal says them
/// - waterfall, distributions, cadence, run: plan_waterfall.h, plan_distributions.h, …
PageDocument plan_page(const plan::PlanResult& result, nlohmann::ordered_json document);

/// The page of a plan that cannot work: what is wrong, and what would make it work. `document`:
/// infeasible_json.
PageDocument infeasible_page(const scenario::Scenario& scenario, nlohmann::ordered_json document);

}  // namespace sextant::pages
