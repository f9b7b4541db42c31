#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/report/text_style.h"
#include "src/validate/step_validation.h"

namespace sextant::report {

/// The table of sets, the worst rows with what their forecast consists of, and why rows were
/// refused.
std::string validation_text(const validate::StepValidation& validation, TextStyle style);

/// `sextant.validate/1`: sets[] and rows[].
nlohmann::ordered_json validation_json(const validate::StepValidation& validation);

}  // namespace sextant::report
