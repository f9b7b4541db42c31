#pragma once

#include <cstdint>
#include <optional>

#include "sextant/kernel/quantity.h"
#include "src/plan/forecast.h"

namespace sextant::optimize {

/// What a run must keep within.
struct Limits {
  std::optional<Seconds> deadline;    ///< of the wall time
  std::optional<Usd> budget;          ///< of the cost
  double probability = 0.9;           ///< with which deadline and budget are kept, each by itself
  std::optional<std::int64_t> nodes;  ///< rented ones, spares among them: the account's quota
};

/// How a forecast stands to the limits.
struct Standing {
  std::optional<double> in_time;    ///< share of the replicas that are done by the deadline
  std::optional<double> in_budget;  ///< share of those that cost no more than the budget
  /// By how much the limits are missed, each as a share of itself, in all. 0: they are kept.
  double miss_deadline = 0;
  double miss_budget = 0;
  double miss_nodes = 0;

  double miss() const { return miss_deadline + miss_budget + miss_nodes; }
  bool kept() const { return miss() == 0; }
};

/// A limit is kept if at least so many replicas keep it; one that never finishes keeps none. What
/// is missed is seen at the quantile of that probability.
Standing standing_of(const Limits& limits, const plan::Forecast& forecast, std::int64_t rented);

}  // namespace sextant::optimize
