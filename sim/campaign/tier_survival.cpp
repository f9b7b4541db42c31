#include "sextant/campaign/tier_survival.h"

#include <algorithm>
#include <vector>

#include "sim/campaign/saved_steps.h"

namespace sextant {
namespace {

/// Failures of one kind.
struct Loss {
  double rate = 0;  ///< 1/s
  int nodes = 0;    ///< that are lost with each
  bool everything = false;
};

void add_causes(const std::vector<FailureCause>& causes, double rate, bool of_nodes,
                std::vector<Loss>& losses) {
  double weights = 0;
  for (const FailureCause& cause : causes) weights += cause.weight;
  for (const FailureCause& cause : causes) {
    losses.push_back({.rate = rate * cause.weight / weights,
                      .nodes = of_nodes && cause.remedy == Remedy::kReplace ? 1 : 0,
                      .everything = cause.symptom == Symptom::kSilentCorruption});
  }
  if (causes.empty()) losses.push_back({.rate = rate, .nodes = of_nodes ? 1 : 0});
}

std::vector<Loss> losses_of(const CampaignInputs& inputs) {
  const FailureProfile& profile = inputs.failures;
  const double nodes = inputs.nodes;
  std::vector<Loss> losses;
  add_causes(profile.causes, nodes / profile.node_life.value.si(), true, losses);
  if (profile.job_life) {
    add_causes(profile.job_causes, 1.0 / profile.job_life->value.si(), false, losses);
  }
  for (const FailureDomain& domain : profile.domains) {
    // Copies of a shard are kept in different domains.
    const int lost = domain.remedy == Remedy::kReplace ? 1 : 0;
    losses.push_back({.rate = nodes / domain.nodes / domain.life.value.si(), .nodes = lost});
  }
  return losses;
}

/// Probability that a tier has nothing left.
double chance_of(const Loss& loss, const FasterTier& tier, const CampaignInputs& inputs) {
  if (loss.everything) return 1;
  const bool in_memory =
      tier.medium == CheckpointMedium::kHostMemory || tier.medium == CheckpointMedium::kPeerMemory;
  if (in_memory && inputs.recovery.reboot) return 1;
  if (tier.medium == CheckpointMedium::kFileSystem) return 0;
  return copy_loss_chance(inputs.nodes, tier.copies, loss.nodes);
}

}  // namespace

double share_lost(const CampaignInputs& inputs, std::size_t tiers) {
  const std::vector<FasterTier>& faster = inputs.phases.front().faster;
  double rate = 0;
  double lost = 0;
  for (const Loss& loss : losses_of(inputs)) {
    // Copies of the same nodes are lost together: the safest tier decides.
    double chance = 1;
    for (std::size_t i = 0; i < tiers; ++i) {
      chance = std::min(chance, chance_of(loss, faster[i], inputs));
    }
    rate += loss.rate;
    lost += loss.rate * chance;
  }
  return rate > 0 ? lost / rate : 1;
}

}  // namespace sextant
