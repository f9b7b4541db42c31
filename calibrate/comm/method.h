#pragma once

#include <functional>
#include <vector>

#include "calibrate/comm/world.h"

namespace sextant::comm {

struct MethodOptions {
  int warm_up = 3;             ///< untimed repetitions before
  int min_repetitions = 5;     ///< timed ones, at least
  int max_repetitions = 1000;  ///< at most
  double point_s = 1.0;        ///< time for a point beyond which there are no further repetitions
};

/// What the repetitions of a point took, each as long as its slowest rank [s].
struct Timing {
  std::vector<double> times_s;  ///< in the order in which they ran
  double mean_s() const;
  double quantile_s(double q) const;  ///< 0 to 1, by linear interpolation
  /// Whether they fall into two groups apart from each other, each a fair share of them: a mean of
  /// both says little.
  bool bimodal() const;
};

/// Times `body` on the ranks that take part, all beginning together: warm-up, then as many
/// repetitions as the options allow, which the root decides for all. Every rank of the world calls
/// it; those with `takes_part` false only agree. The result is the same on all ranks.
Timing time_together(const World& world, bool takes_part, const std::function<void()>& body,
                     const MethodOptions& options);

}  // namespace sextant::comm
