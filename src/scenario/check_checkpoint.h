#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Holds the tiers of the checkpoints against the nodes that keep them.
void check_checkpoint(const Scenario& scenario, const io::PlaceMap& places,
                      io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
