#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/report/text_style.h"
#include "src/validate/expectations.h"

namespace sextant::report {

/// Two tables that are never mixed: verification, whose outcomes follow from the inputs, and
/// validation, whose outcomes were measured. Only the second speaks of accuracy, and counts how
/// many of the measured values lie inside the forecasts' intervals.
std::string expectation_text(const std::vector<validate::ExpectationRow>& rows, TextStyle style);

/// [{id, kind, quantity, expected, got, tolerance, ok, p10_p90, inside, source, …}].
nlohmann::ordered_json expectation_json(const std::vector<validate::ExpectationRow>& rows);

/// {verification: {n, hold}, validation: {n, hold, with_interval, inside_p10_p90}}.
nlohmann::ordered_json expectation_counts_json(const std::vector<validate::ExpectationRow>& rows);

}  // namespace sextant::report
