#pragma once

#include <vector>

namespace sextant::plan {

/// Shares of the variance of the wall time over replicas; they sum to 1. Where nothing varies, all
/// are 0.
struct WidthShares {
  double step_time = 0;     ///< the uncertainty of the step's forecast
  double failure_rate = 0;  ///< fleets differ
  double recovery = 0;      ///< and so do the times of recovery
  double chance = 0;        ///< when the failures come
};

/// What one replica drew, and what came of it.
struct DrawnOutcome {
  double step_factor = 1;
  double rate_factor = 1;
  double recovery_score = 0;
  double wall_time_s = 0;
};

/// Attributes the variance of the wall time to its causes: least squares of the wall time on
/// log(step factor), the rate factor and its square, the recovery score, its square and its product
/// with the rate factor. The causes are drawn independently, so the
/// variances of the fitted parts add up, and chance is what the fit leaves.
WidthShares width_shares(const std::vector<DrawnOutcome>& replicas);

}  // namespace sextant::plan
