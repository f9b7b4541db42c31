#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/check_training.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Whether the instance can train at all: it has accelerators. Before anything else is checked.
void check_instance(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics);

/// Holds the values of a scenario against each other; a conflict shows all places that take part.
/// Whether the layout suits the model is for the step model to say.
void check_scenario(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics, LayoutUse layouts = LayoutUse::kAsGiven);

}  // namespace sextant::scenario
