#pragma once

#include <string>
#include <vector>

#include "src/import/imported_policy.h"
#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/governance_nodes.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::scenario {

/// Gives the flavors of the scenario's policy the cluster's nodes, by their names or their instance
/// types; fills `flavor_nodes`. Nodes of which the policy does not speak become flavors without
/// quota. Quotas of partitions under whole nodes move to the partitions' own flavor. A flavor
/// without nodes, or with those of another one, is an error.
void give_nodes(GovernanceScenario& scenario, const std::vector<NodeKind>& kinds,
                const std::vector<importer::FlavorNodes>& flavor_nodes, const io::PlaceMap& places,
                io::Diagnostics& diagnostics);

/// HyperPod's types are EC2's with "ml." before them.
std::string hyperpod_type(const NodeKind& kind);

}  // namespace sextant::scenario
