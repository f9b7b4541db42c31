#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Holds platform, purchase, prices and storage against each other. Whether the market can deliver
/// the plan is no question of its file: see plan::require_purchase.
void check_reliability(const Scenario& scenario, const io::PlaceMap& places,
                       io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
