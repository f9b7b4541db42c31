#pragma once

#include <string>

#include "calibrate/health/finding.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// The answer first, then what to look at, in that order, then what was compared and what not.
std::string health_text(const health::HealthReport& report, const TextStyle& style = {});

}  // namespace sextant::report
