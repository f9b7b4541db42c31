#pragma once

#include <optional>
#include <string>

#include "src/catalog/catalogue.h"
#include "src/import/imported_policy.h"
#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::scenario {

/// Reads the policy that a scenario names or holds, gives its flavors the cluster's nodes, and
/// changes it as asked: fills `admission`, `flavor_nodes` and `inferred`. False after an error.
/// `documents` keeps the files that messages point into.
bool resolve_policy(GovernanceScenario& scenario, catalog::Catalogue& catalogue,
                    const io::PlaceMap& places, importer::Documents& documents,
                    io::Diagnostics& diagnostics);

/// Gates of a version of Kueue, "0.17"; absent if that is no version that is known.
/// @source pkg/features/kube_features.go of kubernetes-sigs/kueue at 0.20
std::optional<FeatureGates> gates_of_version(const std::string& version);

}  // namespace sextant::scenario
