#pragma once

#include <optional>
#include <string>

#include "sextant/cluster/power_curve.h"
#include "src/scenario/endpoints_scenario.h"

namespace sextant::endpoints {

/// What reports call an alternative: its name, or its instance's, or "bought".
std::string alternative_name(const scenario::EndpointAlternative& alternative);

/// What one instance costs, as the purchase says; absent if no price is known.
std::optional<Coefficient<UsdPerSecond>> instance_price(
    const scenario::EndpointsScenario& scenario, const scenario::EndpointAlternative& alternative);

/// Power of one instance; absent without a region, whose building it heats, or any power known.
std::optional<PowerCurve> instance_power(const scenario::EndpointsScenario& scenario,
                                         const scenario::EndpointAlternative& alternative);

}  // namespace sextant::endpoints
