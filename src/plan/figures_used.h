#pragma once

#include <vector>

#include "src/io/figures.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// The sourced figures that a forecast of this scenario uses, with their provenance: of the
/// calibration only the accelerator, network and software at hand, of the region only its factor.
/// @param fabric whether the step went over the scenario's network
std::vector<io::Figure> figures_used(const scenario::Scenario& scenario, bool fabric = false);

}  // namespace sextant::plan
