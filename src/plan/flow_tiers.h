#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/kernel/quantity.h"
#include "sextant/network/flow_problem.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_flows.h"

namespace sextant::plan {

/// How full links of one tier are.
struct TierUse {
  std::string tier;  ///< "card to leaf"
  int links = 0;
  BytesPerSecond capacity;  ///< of one; the least where they differ
  /// Share of the capacity, averaged over the step: mean over the tier's links, and the busiest.
  double mean = 0.0, busiest = 0.0;
  /// The same while transfers of one operation kind are under way anywhere.
  struct Phase {
    OperationKind kind = OperationKind::kJoin;
    double mean = 0.0, busiest = 0.0;
  };
  std::vector<Phase> phases;
};

/// Of the first job's last step, which takes `step`; tiers that it leaves idle are left out. What
/// others send is not counted.
///   use of a link = bytes of the step over it / (capacity · time)
std::vector<TierUse> tier_uses(const Fabric& fabric, const StepFlows& flows,
                               const FlowResult& result, Seconds step);

}  // namespace sextant::plan
