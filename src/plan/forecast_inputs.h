#pragma once

#include <optional>

#include "src/plan/data.h"
#include "src/plan/forecast.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// A scenario's run with everything that its accounts need: power, tariff, region, platform.
/// `data`: as they were planned.
/// @throws InfeasiblePlan if the platform's jobs are over before they train
ForecastInputs forecast_inputs_of(const scenario::Scenario& scenario,
                                  const CampaignInputs& campaign,
                                  const std::optional<PlannedData>& data);

}  // namespace sextant::plan
