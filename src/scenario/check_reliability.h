#pragma once

#include "src/io/diagnostics.h"
#include "src/io/place_map.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// What decides how often nodes are missing.
struct Reliability {
  const FailureProfile* failures = nullptr;  ///< null: they never fail
  const Recovery& recovery;
  const FleetPlan& fleet;
  const Purchase& purchase;
};

/// Holds failures, recovery, spares and purchase against each other.
void check_reliability(const Reliability& reliability, const io::PlaceMap& places,
                       io::Diagnostics& diagnostics);
void check_reliability(const Scenario& scenario, const io::PlaceMap& places,
                       io::Diagnostics& diagnostics);

}  // namespace sextant::scenario
