#pragma once

#include "sextant/network/collectives.h"
#include "sextant/training/group_members.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// Where the ranks of each kind of communicator sit: see group_members.
class RankGroups {
 public:
  explicit RankGroups(const StepInputs& inputs) : inputs_(inputs) {}

  GroupPlacement tensor() const;
  GroupPlacement context() const;
  /// Ranks that share one copy of the sharded state; all replicas without sharding.
  GroupPlacement shard() const;
  GroupPlacement replica() const;  ///< ranks with the same shard
  GroupPlacement expert() const;
  GroupPlacement expert_tensor() const;
  GroupPlacement expert_replica() const;  ///< ranks with the same experts
  GroupPlacement embedding() const;       ///< first and last stage
  GroupPlacement world() const;
  GroupPlacement of(RankGroup group) const;
  bool next_stage_is_linked() const;  ///< a pipeline neighbour is in the same link domain

 private:
  GroupPlacement group(int ranks, int inner) const;

  const StepInputs& inputs_;
};

}  // namespace sextant
