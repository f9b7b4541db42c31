#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sextant/fleet/failure_profile.h"
#include "sextant/fleet/fleet_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/discrete_distribution.h"

namespace sextant {

/// Which cause a failure has: an index by weight. An empty list has one nameless cause. The weights
/// must not all be zero.
DiscreteDistribution cause_distribution(const std::vector<FailureCause>& causes);

/// Time from a failure until it is noticed: the cause's own, or the recovery's for its symptom.
Seconds detection_time(const Recovery& recovery, const FailureCause& cause);

/// Everything that can interrupt a job on a fleet, in the order in which interruptions are counted:
/// the profile's causes ("node" for a list without), its job's ("job"), early failures, domains,
/// slow nodes that are found, reclaimed spot nodes, maintenance, outages given from outside. The
/// members say where each kind begins.
struct InterruptionCauses {
  InterruptionCauses(const FailureProfile& profile, const FleetPlan& plan,
                     bool outages_given = false);

  std::vector<FailureCause> all;
  std::size_t job = 0;
  std::size_t early = 0;
  std::size_t domains = 0;
  std::size_t slowdowns = 0;  ///< one each, also for those that pass by themselves
  std::size_t reclaims = 0;
  std::size_t maintenance = 0;
  std::size_t outages = 0;

  std::vector<std::string> names() const;
};

}  // namespace sextant
