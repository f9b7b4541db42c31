#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Holds the training data and their preparation against the stores, the nodes and the prices.
void check_data(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
