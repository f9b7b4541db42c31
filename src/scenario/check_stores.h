#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Checks the stores of a scenario, and the target of its checkpoints against them.
void check_stores(const Scenario& scenario, const io::PlaceMap& places,
                  io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
