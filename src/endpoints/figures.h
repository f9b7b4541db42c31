#pragma once

#include <vector>

#include "src/io/figures.h"
#include "src/scenario/endpoints_scenario.h"

namespace sextant::endpoints {

/// The sourced figures that the answers use: throughputs, prices, powers, the region's factors, and
/// where something is estimated the accelerators, their coefficients and the engine's.
std::vector<io::Figure> figures_used(const scenario::EndpointsScenario& scenario);

}  // namespace sextant::endpoints
