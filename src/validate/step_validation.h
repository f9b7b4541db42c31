#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_profile.h"
#include "src/run/parallel_for.h"
#include "src/validate/published_runs.h"

namespace sextant::validate {

/// A published run beside its forecast.
struct StepRow {
  std::string id;
  std::string set;
  std::string refused;
  Seconds measured;
  double error = 0;           ///< predicted / measured − 1; refused: 1
  double baseline_error = 0;  ///< likewise, of one MFU for all rows of its source
  std::optional<double> memory_error;
  StepProfile profile;
};

/// Errors of one set of rows. A refused row counts as an error of 100 %.
struct StepSummary {
  std::string set;
  int n = 0;
  int refused = 0;
  double mape = 0, median = 0, p90 = 0, max = 0;  ///< of |error|
  double bias = 0;                                ///< mean error of the rows not refused
  double baseline_mape = 0;                       ///< over the rows that are not refused
  std::optional<double> noise_floor;              ///< spread of rows equal in every input
  std::optional<double> coverage;                 ///< share of rows inside their 80 % interval
};

struct StepValidation {
  std::vector<StepRow> rows;      ///< in the order of the runs
  std::vector<StepSummary> sets;  ///< by name, then "all"
  std::string method;             ///< how the coefficients relate to the rows, in words
};

/// Forecasts every run with the calibration that `calibration_for` names for it.
StepValidation validate_steps(const std::vector<PublishedRun>& runs,
                              const std::function<const Calibration&(std::size_t)>& calibration_for,
                              const run::ParallelOptions& parallel);

}  // namespace sextant::validate
