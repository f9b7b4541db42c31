#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Holds what each phase says against itself, against the cluster and against the calibration.
void check_training(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
