#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/report/text_style.h"
#include "src/validate/coefficient_effects.h"
#include "src/validate/explain_row.h"
#include "src/validate/step_validation.h"

namespace sextant::report {

/// One published row in full, beside its forecast.
struct RowExplanation {
  const validate::PublishedRun& run;
  const validate::StepRow& row;
  std::string calibration;  ///< its name
  validate::SourceRow source;
  std::vector<validate::CoefficientEffect> effects;
  struct Near {
    const validate::StepRow& row;
    std::string differs;
  };
  std::vector<Near> nearest;
};

/// What was read and assumed, measured and forecast, what the time and the memory consist of, which
/// coefficients decide, and how the rows nearest to it fare.
std::string row_text(const RowExplanation& explanation, TextStyle style);

/// `sextant.validate_row/1`.
nlohmann::ordered_json row_explanation_json(const RowExplanation& explanation);

}  // namespace sextant::report
