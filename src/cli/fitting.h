#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "calibrate/fit/step_fit.h"
#include "src/run/parallel_for.h"
#include "src/validate/published_runs.h"
#include "src/validate/step_validation.h"

namespace sextant::cli {

/// Which rows are left out together when a fit is tried on rows that it has not seen.
enum class LeaveOut { kFamily, kOrigin };

/// Published runs, coefficients fitted with each group left out, and the errors on that group.
struct CrossValidation {
  fit::StepFit full;  ///< the fit of all rows
  std::size_t groups = 0;
  validate::StepValidation validation;
};

/// Fits the coefficients of `prior` to the runs that can be forecast.
fit::StepFit fit_runs(const std::vector<validate::PublishedRun>& runs, const Calibration& prior,
                      const std::string& source, const run::ParallelOptions& parallel);

/// The same, then once more for every group without its rows. The spread of all these fits is that
/// of their errors on the rows left out: 80 % of them are inside the 80 % interval.
CrossValidation cross_validate(const std::vector<validate::PublishedRun>& runs,
                               const Calibration& prior, LeaveOut leave_out,
                               const std::string& source, const run::ParallelOptions& parallel);

}  // namespace sextant::cli
