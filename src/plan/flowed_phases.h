#pragma once

#include <vector>

#include "src/plan/flow_forecast.h"
#include "src/plan/phases.h"

namespace sextant::plan {

/// The main batch takes the time that its flows have, part by part; every other one, of any phase,
/// as much longer than its replay as the main one does: only that one was run as flows. Checkpoints
/// slow the steps down by what a write was found to cost them.
void take_flowed_steps(const FlowForecast& forecast, std::vector<PlannedPhase>& phases);

}  // namespace sextant::plan
