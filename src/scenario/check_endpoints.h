#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/endpoints_scenario.h"

namespace sextant::scenario {

/// Checks the values of an endpoints scenario against each other.
void check_endpoints(const EndpointsScenario& scenario, const io::PlaceMap& places,
                     io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
