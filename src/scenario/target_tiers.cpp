#include "src/scenario/target_tiers.h"

#include <algorithm>

namespace sextant::scenario {

std::optional<CheckpointMedium> target_medium(const std::string& name) {
  for (const auto& [medium, known] : EnumNames<CheckpointMedium>::table) {
    if (name == known && medium != CheckpointMedium::kFileSystem) return medium;
  }
  return std::nullopt;
}

const FasterTierPlan* tier_given(const CheckpointPlan& plan, const std::string& member) {
  const auto medium = target_medium(member);
  const auto found =
      std::find_if(plan.faster.begin(), plan.faster.end(), [&](const FasterTierPlan& tier) {
        return medium ? tier.medium == *medium : tier.store == member;
      });
  return found == plan.faster.end() ? nullptr : &*found;
}

std::vector<FasterTierPlan> tiers_of(const CheckpointPlan& plan) {
  if (plan.target.size() < 2) return plan.faster;
  std::vector<FasterTierPlan> tiers;
  for (std::size_t i = 0; i + 1 < plan.target.size(); ++i) {
    const std::string& member = plan.target[i];
    if (const FasterTierPlan* given = tier_given(plan, member)) {
      tiers.push_back(*given);
      continue;
    }
    FasterTierPlan& tier = tiers.emplace_back();
    const auto medium = target_medium(member);
    tier.medium = medium.value_or(CheckpointMedium::kFileSystem);
    if (!medium) tier.store = member;
  }
  return tiers;
}

}  // namespace sextant::scenario
