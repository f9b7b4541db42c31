#include "sim/campaign/saved_steps.h"

#include <algorithm>

#include "sextant/kernel/distributions.h"

namespace sextant {
namespace {

bool in_memory(CheckpointMedium medium) {
  return medium == CheckpointMedium::kHostMemory || medium == CheckpointMedium::kPeerMemory;
}

}  // namespace

double copy_loss_chance(int nodes, int copies, int lost) {
  if (lost < copies) return 0;
  if (copies <= 1) return 1;
  // C(n - c, k - c) / C(n, k) = k (k - 1) … (k - c + 1) / (n (n - 1) … (n - c + 1))
  double chance = static_cast<double>(nodes) / copies;
  for (int i = 0; i < copies; ++i) chance *= static_cast<double>(lost - i) / (nodes - i);
  return std::min(chance, 1.0);
}

SavedSteps::SavedSteps(std::span<const FasterTier> tiers, int nodes, const RandomStream& luck)
    : nodes_(nodes), luck_(luck) {
  for (const FasterTier& tier : tiers) tiers_.push_back({.what = tier, .step = std::nullopt});
}

void SavedSteps::begin_phase() {
  store_ = 0;
  for (Tier& tier : tiers_) tier.step.reset();
  // What is found later goes back to the beginning of this phase at most.
  for (std::optional<std::int64_t>& clean : clean_) {
    if (clean) clean = 0;
  }
}

void SavedSteps::lose_nodes(int nodes) {
  if (nodes == 0) return;
  lost_nodes_ += nodes;
  for (Tier& tier : tiers_) {
    if (!tier.step || tier.what.medium == CheckpointMedium::kFileSystem) continue;
    const double chance = copy_loss_chance(nodes_, tier.what.copies, lost_nodes_);
    if (chance > 0 && draw_bernoulli(luck_, chance)) tier.step.reset();
  }
}

void SavedSteps::lose_all_nodes() {
  for (Tier& tier : tiers_) {
    if (tier.what.medium != CheckpointMedium::kFileSystem) tier.step.reset();
  }
}

void SavedSteps::lose_memory() {
  for (Tier& tier : tiers_) {
    if (in_memory(tier.what.medium)) tier.step.reset();
  }
}

void SavedSteps::discard_since(std::int64_t corruption) {
  const std::optional<std::int64_t> clean = clean_[static_cast<std::size_t>(corruption)];
  if (!clean) return;
  store_ = std::min(store_, *clean);
  for (Tier& tier : tiers_) {
    if (tier.step > clean) tier.step.reset();
  }
  // Later ones spoilt work that is trained again.
  for (std::size_t i = static_cast<std::size_t>(corruption); i < clean_.size(); ++i) {
    clean_[i].reset();
  }
}

std::int64_t SavedSteps::safe() const {
  std::int64_t safe = store_;
  for (const std::optional<std::int64_t>& clean : clean_) {
    if (clean) safe = std::min(safe, *clean);
  }
  return safe;
}

SavedSteps::Newest SavedSteps::newest(Seconds store_restore) const {
  Newest newest{.step = store_, .tier = std::nullopt};
  Seconds restore = store_restore;
  for (std::size_t i = 0; i < tiers_.size(); ++i) {
    const Tier& tier = tiers_[i];
    if (!tier.step || *tier.step < newest.step) continue;
    if (*tier.step == newest.step && tier.what.costs.restore >= restore) continue;
    newest = {.step = *tier.step, .tier = i};
    restore = tier.what.costs.restore;
  }
  return newest;
}

}  // namespace sextant
