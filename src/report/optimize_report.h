#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/optimize/answer.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// What `sextant optimize` prints: the best, the best ten, why, and what limits them. At most 100
/// columns.
std::string optimize_text(const optimize::Answer& answer, TextStyle style);

/// The document of `sextant optimize --json`: "sextant.optimize/1", in SI units.
nlohmann::ordered_json optimize_json(const optimize::Answer& answer);

/// Where nothing is feasible but something is near: the limits with which that would be.
std::string needs_words(const optimize::Answer& answer);

/// Where nothing is feasible: what is nearest, and what would make it feasible.
std::string why_infeasible(const optimize::Answer& answer);

/// One line about a candidate, for the progress of a search.
std::string candidate_line(const optimize::Objective& objective,
                           const optimize::Candidate& candidate);

}  // namespace sextant::report
