#pragma once

#include <vector>

#include "sextant/training/step_inputs.h"

namespace sextant {

/// The communicators of a step. Ranks are numbered as Megatron-LM numbers them: tensor varies
/// fastest, then context, data, pipeline; expert ranks lie beyond the ranks that cut one expert.
enum class RankGroup {
  kTensor,
  kContext,
  kShard,    ///< share one copy of the sharded state; without sharding all replicas
  kReplica,  ///< hold the same shard
  kExpert,
  kExpertTensor,
  kExpertReplica,  ///< hold the same experts
  kPipeline,       ///< one rank of each stage, in the order of the stages
  kEmbedding,      ///< of those the first and the last; the others are alone
  kWorld
};

/// The ranks of the group of this kind that `rank` is in, ascending.
/// @pre layout_faults(inputs) is empty, 0 <= rank < inputs.accelerators
/// @source Megatron-LM, megatron/core/parallel_state.py, order "tp-cp-ep-dp-pp".
std::vector<int> group_members(const StepInputs& inputs, RankGroup group, int rank);

}  // namespace sextant
