#pragma once

#include <string>

#include "src/plan/plan.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// What `sextant plan` prints: the answer first, then what it stands on. At most 100 columns.
std::string plan_text(const plan::PlanResult& result, TextStyle style);

}  // namespace sextant::report
