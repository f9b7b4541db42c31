#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::scenario {

/// Holds the nodes against each other, before the policy is read: what is wrong here would make
/// its messages hard to understand.
void check_governed_cluster(const GovernanceScenario& scenario, const io::PlaceMap& places,
                            io::Diagnostics& diagnostics);

/// Holds windows, outages, teams, jobs, logs and endpoints against the cluster and the policy.
void check_governance(const GovernanceScenario& scenario, const io::PlaceMap& places,
                      io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
