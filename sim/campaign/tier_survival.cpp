#include "sextant/campaign/tier_survival.h"

#include <algorithm>
#include <vector>

#include "sextant/campaign/interruption_rates.h"
#include "sextant/fleet/causes.h"
#include "sim/campaign/saved_steps.h"

namespace sextant {
namespace {

/// Probability that a tier has nothing left after one interruption by a cause. Copies of a shard
/// are held to be in different domains, so a domain counts as one node.
double chance_of(const FailureCause& cause, bool of_nodes, const FasterTier& tier,
                 const CampaignInputs& inputs) {
  if (cause.symptom == Symptom::kSilentCorruption) return 1;
  const bool in_memory =
      tier.medium == CheckpointMedium::kHostMemory || tier.medium == CheckpointMedium::kPeerMemory;
  if (in_memory && inputs.recovery.reboot) return 1;
  if (tier.medium == CheckpointMedium::kFileSystem) return 0;
  const bool lost = of_nodes && cause.remedy == Remedy::kReplace;
  return copy_loss_chance(inputs.nodes, tier.copies, lost ? 1 : 0);
}

}  // namespace

double share_lost(const CampaignInputs& inputs, std::size_t tiers) {
  const std::vector<FasterTier>& faster = inputs.phases.front().faster;
  const InterruptionCauses causes(inputs.failures, inputs.fleet);
  const std::vector<PerSecond> rates = interruption_rates(inputs);
  PerSecond rate, lost;
  for (std::size_t i = 0; i < causes.slowdowns; ++i) {
    const bool of_nodes = i < causes.job || i >= causes.early;
    // Copies of the same nodes are lost together: the safest tier decides.
    double chance = 1;
    for (std::size_t tier = 0; tier < tiers; ++tier) {
      chance = std::min(chance, chance_of(causes.all[i], of_nodes, faster[tier], inputs));
    }
    rate += rates[i];
    lost += chance * rates[i];
  }
  return rate.si() > 0 ? lost / rate : 1;
}

}  // namespace sextant
