#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/report/text_style.h"
#include "src/validate/expectations.h"

namespace sextant::report {

/// Two tables that are never mixed: verification, whose outcomes follow from the inputs, and
/// validation, whose outcomes were measured. Only the second speaks of accuracy.
std::string expectation_text(const std::vector<validate::ExpectationRow>& rows, TextStyle style);

/// rows[] {id, quantity, expected, got, tolerance, ok, …}.
nlohmann::ordered_json expectation_json(const std::vector<validate::ExpectationRow>& rows);

}  // namespace sextant::report
