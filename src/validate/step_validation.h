#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_profile.h"
#include "src/run/parallel_for.h"
#include "src/validate/layout_order.h"
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
  /// Forecast of the first rank's reserved memory / measured − 1. Where more than kNearlyFull of
  /// the accelerator's memory was measured a forecast cannot be too high: frameworks fill what is
  /// there.
  std::optional<double> memory_error;
  StepProfile profile;
};

inline constexpr double kNearlyFull = 0.85;

/// Errors of peak memory over the rows whose source gives it.
struct MemoryErrors {
  int n = 0;
  double mape = 0, median = 0, max = 0;  ///< of |error|
  double bias = 0;
};

/// Mean interval scores on log time of the rows that are not refused: see interval_score.h.
struct IntervalScores {
  double ours = 0;
  double constant = 0;  ///< of one width for all rows of the set, the best for them
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
  std::optional<IntervalScores> intervals;
  std::optional<MemoryErrors> memory;
  std::optional<LayoutOrder> order;
};

struct StepValidation {
  std::vector<StepRow> rows;               ///< in the order of the runs
  std::vector<StepSummary> sets;           ///< by name, then "all"
  std::string method;                      ///< how the coefficients relate to the rows, in words
  std::optional<double> coverage_of_sets;  ///< mean of the sets' coverages
  /// Where a signal ended the work before they were done: how many rows there are.
  std::optional<std::int64_t> interrupted_of;
};

/// Forecasts every run with the calibration that `calibration_for` names for it; the first ones
/// where `parallel` is stopped.
/// @throws run::Interrupted where it is stopped before the first one
StepValidation validate_steps(const std::vector<PublishedRun>& runs,
                              const std::function<const Calibration&(std::size_t)>& calibration_for,
                              const run::ParallelOptions& parallel);

}  // namespace sextant::validate
