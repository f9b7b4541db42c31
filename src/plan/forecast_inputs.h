#pragma once

#include "src/plan/forecast.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// A scenario's run with everything that its accounts need: power, tariff, region, platform.
/// @throws InfeasiblePlan if the platform's jobs are over before they train
ForecastInputs forecast_inputs_of(const scenario::Scenario& scenario,
                                  const CampaignInputs& campaign);

}  // namespace sextant::plan
