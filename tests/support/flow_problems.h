#pragma once

#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/network/flow_problem.h"

namespace sextant::fixtures {

inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// By link of the fabric [B/s].
inline std::vector<double> capacities(const Fabric& fabric) {
  std::vector<double> all;
  for (Fabric::LinkId link = 0; link < fabric.links(); ++link) {
    all.push_back(fabric.link(link).capacity.si());
  }
  return all;
}

/// Starts a transfer once others have ended; gives its index.
inline std::int32_t transfer(FlowProblem& problem, const TransferPattern& pattern,
                             std::vector<std::int32_t> waits = {}, double rate = kUnlimited) {
  problem.patterns.push_back(pattern.loads);
  FlowProblem::Activity activity;
  activity.pattern = static_cast<std::int32_t>(problem.patterns.size()) - 1;
  activity.bytes = pattern.bytes;
  activity.rate = rate;
  activity.waits = std::move(waits);
  problem.activities.push_back(std::move(activity));
  return static_cast<std::int32_t>(problem.activities.size()) - 1;
}

/// All of them at once, on links of these capacities.
inline FlowProblem at_once(std::vector<double> capacities,
                           std::span<const TransferPattern> patterns) {
  FlowProblem problem;
  problem.capacities = std::move(capacities);
  for (const TransferPattern& pattern : patterns) transfer(problem, pattern);
  return problem;
}

}  // namespace sextant::fixtures
