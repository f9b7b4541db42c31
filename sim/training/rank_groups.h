#pragma once

#include "sextant/network/collectives.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// Where the ranks of each kind of communicator sit. Ranks are numbered as Megatron-LM numbers
/// them: tensor varies fastest, then context, data, pipeline; expert ranks lie beyond the ranks
/// that cut one expert.
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
  bool next_stage_is_linked() const;      ///< a pipeline neighbour is in the same link domain

 private:
  GroupPlacement group(int ranks, int inner) const;

  const StepInputs& inputs_;
};

}  // namespace sextant
