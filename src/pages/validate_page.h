#pragma once

#include <string>
#include <vector>

#include "src/pages/html_page.h"
#include "src/validate/published_runs.h"
#include "src/validate/step_validation.h"

namespace sextant::pages {

/// A measured collective beside its forecast.
struct CollectiveForecast {
  std::string set;
  double bytes = 0;
  int ranks = 0;
  double measured_s = 0;
  double predicted_s = 0;
  bool extrapolated = false;
};

/// What a validation's page draws besides its document.
struct ValidationPictures {
  std::vector<validate::PublishedRun> runs;  ///< in the order of the rows
  const validate::StepValidation* steps = nullptr;
  std::vector<CollectiveForecast> collectives;
};

/// The page of a validation. `document`: what --json prints; `files`: what was validated.
PageDocument validate_page(const std::vector<std::string>& files,
                           const ValidationPictures& pictures, nlohmann::ordered_json document);

/// Of every row, in columns: model and its parameters, accelerator, how many, framework, and the
/// factor on both sides of the forecast within which 80 % of the measured times should lie. Names
/// stand once, in `names`; columns hold their numbers.
nlohmann::ordered_json step_pictures(const std::vector<validate::PublishedRun>& runs,
                                     const validate::StepValidation& validation);

/// Shortens the `rows` of a validation's document for a page: six digits, and no parts of a step
/// that take no time.
void shorten_rows(nlohmann::ordered_json& document);

}  // namespace sextant::pages
