#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/report/text_style.h"
#include "src/validate/failed_layouts.h"
#include "src/validate/step_validation.h"

namespace sextant::report {

/// The table of sets, the worst rows with what their forecast consists of, and why rows were
/// refused.
std::string validation_text(const validate::StepValidation& validation, TextStyle style);

/// `sextant.validate/1`: sets[] and rows[].
nlohmann::ordered_json validation_json(const validate::StepValidation& validation);

/// The table of layouts that failed, and those that are declared to fit easily.
std::string failed_layouts_text(const validate::FailedLayoutValidation& validation,
                                TextStyle style);

/// Their sets[] and rows[].
nlohmann::ordered_json failed_layouts_json(const validate::FailedLayoutValidation& validation);

}  // namespace sextant::report
