#include "src/pages/calibrate_page.h"

#include <fmt/format.h>

#include <utility>

#include "src/pages/validate_page.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

PageDocument calibrate_page(std::string title, std::string question, Json result, Json pictures) {
  return {.kind = "calibrate",
          .title = std::move(title),
          .question = std::move(question),
          .result = std::move(result),
          .pictures = std::move(pictures)};
}

}  // namespace

PageDocument health_page(const health::HealthReport& report, Json document) {
  std::string where = fmt::format("{}", fmt::join(report.instances, ", "));
  if (where.empty()) where = fmt::format("{}", fmt::join(report.guesses, " or "));
  return calibrate_page(where.empty() ? "Health of a cluster" : "Health of a cluster of " + where,
                        "Does this cluster do what is normal for its kind?", std::move(document),
                        Json::object());
}

PageDocument measurement_fit_page(const report::MeasurementFit& fit, Json document) {
  return calibrate_page(fit.name,
                        "How well do the fitted curves describe what was measured, and what was "
                        "left out?",
                        std::move(document), fit_pictures(fit));
}

PageDocument step_fit_page(const std::string& name, const std::vector<validate::PublishedRun>& runs,
                           const validate::StepValidation& validation, Json document) {
  shorten_rows(document["validation"]);
  return calibrate_page(name,
                        "Which coefficients do the measured steps give, and how well do they "
                        "forecast steps that they have not seen?",
                        std::move(document), {{"steps", step_pictures(runs, validation)}});
}

}  // namespace sextant::pages
