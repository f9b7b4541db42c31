#pragma once

#include <vector>

#include "src/plan/phases.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// Steps are slower while a checkpoint goes out in the background over cards that carry the
/// collectives as well: adds that to the slowdown of each phase's checkpoints, where the scenario
/// names their target. Both steps are forecast, with all of the network and with what is left of it
/// at the mean rate of the write; with closed forms, for measured collectives know no other rate.
void share_cards_with_checkpoints(const scenario::Scenario& scenario,
                                  std::vector<PlannedPhase>& phases);

/// Relative growth of a step when collectives between nodes have `left` (0 to 1] of their
/// bandwidth.
double slowdown_at(StepInputs inputs, const Calibration& calibration, double left);

}  // namespace sextant::plan
