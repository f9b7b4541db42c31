#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/report/text_style.h"
#include "src/validate/admission_cases.h"

namespace sextant::report {

/// How many of Kueue's decisions each file's cases reproduce, and every field that differs.
std::string admission_text(const validate::AdmissionValidation& validation, TextStyle style);

/// sets[] {kind, set, n, passed} and failures[] {id, field, expected, got}.
nlohmann::ordered_json admission_json(const validate::AdmissionValidation& validation);

}  // namespace sextant::report
