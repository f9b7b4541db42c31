#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::scenario {

/// Makes the changes of the scenario's policy plan to the policy that was read, in their order.
void change_policy(GovernanceScenario& scenario, const io::PlaceMap& places,
                   io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
