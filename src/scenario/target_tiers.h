#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/checkpoint_plan.h"

namespace sextant::scenario {

/// The medium of that name that a target may name: one that needs no store. Absent: there is none.
std::optional<CheckpointMedium> target_medium(const std::string& name);

/// The tier that a member of the target means, with what the plan says of it in "faster"; null: it
/// says nothing.
const FasterTierPlan* tier_given(const CheckpointPlan& plan, const std::string& member);

/// The tiers besides the store, fastest first: those that the target names, or those of "faster"
/// where it names the store only.
std::vector<FasterTierPlan> tiers_of(const CheckpointPlan& plan);

}  // namespace sextant::scenario
