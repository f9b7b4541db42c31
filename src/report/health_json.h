#pragma once

#include <nlohmann/json.hpp>

#include "calibrate/health/finding.h"

namespace sextant::report {

/// The document of `sextant calibrate check --json`, "sextant.health/1": bandwidths in bytes per
/// second; findings in the order in which to look at them; `line` is 0 where it is not one line.
nlohmann::ordered_json health_json(const health::HealthReport& report);

}  // namespace sextant::report
