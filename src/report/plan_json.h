#pragma once

#include <nlohmann/json.hpp>

#include "src/plan/infeasible.h"
#include "src/plan/plan.h"

namespace sextant::report {

/// The document that `sextant plan --json` prints: "sextant.plan/1", in SI units. Its "tier" says
/// how the step was timed; what flow_json adds is there with "flow" only.
nlohmann::ordered_json plan_json(const plan::PlanResult& result);

/// The same for a plan that cannot work: "feasible": false, and why.
nlohmann::ordered_json infeasible_json(const plan::InfeasiblePlan& infeasible);

}  // namespace sextant::report
