#pragma once

#include "calibrate/health/finding.h"
#include "src/pages/html_page.h"
#include "src/report/fit_report.h"
#include "src/validate/published_runs.h"
#include "src/validate/step_validation.h"

namespace sextant::pages {

/// The page of a cluster's health. `document`: health_json.
PageDocument health_page(const health::HealthReport& report, nlohmann::ordered_json document);

/// The page of a calibration fitted to measurements. `document`: measurement_fit_json.
PageDocument measurement_fit_page(const report::MeasurementFit& fit,
                                  nlohmann::ordered_json document);

/// The page of coefficients fitted to measured steps, with the errors on families that were left
/// out. `document`: step_fit_json.
PageDocument step_fit_page(const std::string& name, const std::vector<validate::PublishedRun>& runs,
                           const validate::StepValidation& validation,
                           nlohmann::ordered_json document);

/// Measured points and the fitted curves through them, for each kind of node: by operation and
/// number of ranks the bytes, the times, and what the fit says; the line at many sizes more.
/// Of more points than can be seen, every so manieth.
nlohmann::ordered_json fit_pictures(const report::MeasurementFit& fit);

}  // namespace sextant::pages
