#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// The fabric can be built of so many such nodes, holds the job and the jobs beside it, and traffic
/// beside the step has a size and a way.
void check_network(const Scenario& scenario, const io::PlaceMap& places,
                   io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
