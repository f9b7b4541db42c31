#pragma once

#include "sextant/campaign/campaign.h"
#include "sextant/cluster/instance.h"
#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/plan/forecast.h"
#include "src/plan/infeasible.h"

namespace sextant::plan {

/// @throws InfeasiblePlan if the layout's degrees do not divide, naming degrees that would.
void require_valid_layout(const StepInputs& inputs);

/// @throws InfeasiblePlan if a stage needs more than the accelerator has, itemised, with the
/// changes of the layout that would fit.
void require_memory(const StepInputs& inputs, const Calibration& calibration);

/// @throws InfeasiblePlan if a node has no room for the copies of checkpoints that it keeps, in its
/// memory or on its disks. Of a host that is not known nothing is required.
void require_room_for_copies(const std::vector<FasterTier>& tiers, const Instance& instance);

/// @throws InfeasiblePlan if checkpoints cannot be saved in the store that the plan names, or not
/// be read back: it refuses so many requests that the clients give up, however long it has had that
/// load.
void require_store_keeps_up(const CheckpointPlan& plan, const CheckpointCosts& costs);

/// @throws InfeasiblePlan if no replica finished, with what stopped them.
void require_finish(const CampaignInputs& campaign, const Forecast& forecast);

}  // namespace sextant::plan
