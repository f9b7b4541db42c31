#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Whether the scenario's layouts are used as they are, or others are found for it: then it does
/// not matter whether they fit the cluster and the batch.
enum class LayoutUse { kAsGiven, kToBeChosen };

/// Holds what each phase says against itself, against the cluster and against the calibration.
void check_training(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics, LayoutUse layouts = LayoutUse::kAsGiven);

}  // namespace sextant::scenario
