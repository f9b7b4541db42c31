#include "sextant/training/group_members.h"

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Groups of `count` ranks, each `stride` ranks after the one before.
struct Comb {
  int count, stride;
};

Comb comb_of(const StepInputs& inputs, RankGroup group) {
  const Layout& layout = inputs.layout;
  const int ranks = static_cast<int>(inputs.accelerators);
  const int replicas = inputs.data() * layout.context;
  const int shards = layout.zero == 0 ? replicas : inputs.shard_ranks();
  const int expert_tensor = layout.expert_tensor_ranks();
  switch (group) {
    case RankGroup::kTensor:
      return {layout.tensor, 1};
    case RankGroup::kContext:
      return {layout.context, layout.tensor};
    case RankGroup::kShard:
      return {shards, layout.tensor};
    case RankGroup::kReplica:
      return {replicas / shards, layout.tensor * shards};
    case RankGroup::kExpert:
      return {layout.expert, expert_tensor};
    case RankGroup::kExpertTensor:
      return {expert_tensor, 1};
    case RankGroup::kExpertReplica:
      return {inputs.expert_replicas(), layout.expert * expert_tensor};
    case RankGroup::kPipeline:
    case RankGroup::kEmbedding:
      return {layout.pipeline, ranks / layout.pipeline};
    case RankGroup::kWorld:
      break;
  }
  return {ranks, 1};
}

}  // namespace

std::vector<int> group_members(const StepInputs& inputs, RankGroup group, int rank) {
  SEXTANT_ASSERT(rank >= 0 && rank < inputs.accelerators, "rank {} of {}", rank,
                 inputs.accelerators);
  const Comb comb = comb_of(inputs, group);
  const int place = rank / comb.stride % comb.count;
  const int first = rank - place * comb.stride;
  std::vector<int> members;
  for (int i = 0; i < comb.count; ++i) members.push_back(first + i * comb.stride);
  if (group != RankGroup::kEmbedding || comb.count == 1) return members;
  if (place > 0 && place + 1 < comb.count) return {rank};
  return {members.front(), members.back()};
}

}  // namespace sextant
