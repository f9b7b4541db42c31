#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/compare/compare.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// What `sextant compare` prints: runs side by side, a few at a time, then what differs and why. At
/// most 100 columns, as long as names allow.
std::string compare_text(const compare::Comparison& comparison, TextStyle style);

/// The document that `sextant compare --json` prints: "sextant.compare/1", in SI units. Each run
/// has the document of its plan.
nlohmann::ordered_json compare_json(const compare::Comparison& comparison);

}  // namespace sextant::report
