#pragma once

#include <vector>

#include "src/io/figures.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// The sourced figures that a forecast of this scenario uses, with their provenance: of the
/// calibration only the accelerator, network and software at hand, of the region only its factor.
std::vector<io::Figure> figures_used(const scenario::Scenario& scenario);

}  // namespace sextant::plan
