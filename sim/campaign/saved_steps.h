#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Probability that k of n nodes, lost at once, include all `copies` holders of some shard, when
/// the nodes form n / copies groups that hold each other's shards: 0 for k < copies, 1 for one
/// copy; otherwise the expected number of groups that are hit whole, n / copies ·
/// C(n - copies, k - copies) / C(n, k), at most 1 (GEMINI, Wang et al., SOSP 2023, has the same
/// bound).
double copy_loss_chance(int nodes, int copies, int lost);

/// What the job can go back to within a phase: the newest step in the store and in every faster
/// tier, and which steps silent corruption has spoilt.
class SavedSteps {
 public:
  SavedSteps(std::span<const FasterTier> tiers, int nodes, const RandomStream& luck);

  /// Forgets everything: another phase begins, at step 0 and in the store.
  void begin_phase();

  std::int64_t in_store() const { return store_; }
  void save_in_store(std::int64_t step) { store_ = step; }
  void save_in_tier(std::size_t tier, std::int64_t step) { tiers_[tier].step = step; }

  /// Nodes are lost, besides those lost since the last load: each tier may lose its copies. Nodes
  /// of one failure domain count once: copies of a shard are held to be in different ones.
  void lose_nodes(int nodes);
  /// What nodes held, in memory or on their disks, is lost: the job has other ones.
  void lose_all_nodes();
  /// What host memory held is lost.
  void lose_memory();
  /// The nodes that were lost have been replaced, and the copies made whole.
  void made_whole() { lost_nodes_ = 0; }

  /// The work is spoilt from here on; of what the store has, `clean` steps are not.
  void corrupt(std::int64_t clean) { clean_.push_back(clean); }
  std::int64_t corruptions() const { return static_cast<std::int64_t>(clean_.size()); }
  /// The corruption of this number is found: what was saved since is worth nothing.
  void discard_since(std::int64_t corruption);
  /// The step to which later discoveries can still go back.
  std::int64_t safe() const;

  /// Where the newest step is: a tier, or the store. Between equals, where it is read fastest.
  struct Newest {
    std::int64_t step;
    std::optional<std::size_t> tier;  ///< absent: the store
  };
  Newest newest(Seconds store_restore) const;

 private:
  struct Tier {
    FasterTier what;
    std::optional<std::int64_t> step;  ///< absent: nothing, or lost
  };

  std::vector<Tier> tiers_;
  int nodes_;
  int lost_nodes_ = 0;
  RandomStream luck_;
  std::int64_t store_ = 0;
  /// By number of the corruption: the last step before it in the store. Those that are over, found
  /// or trained again, have none.
  std::vector<std::optional<std::int64_t>> clean_;
};

}  // namespace sextant
