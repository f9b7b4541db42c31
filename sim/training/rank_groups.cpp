#include "rank_groups.h"

#include <algorithm>

namespace sextant {

/// `ranks` of them, each `inner` ranks after the one before.
GroupPlacement RankGroups::group(int ranks, int inner) const {
  return {ranks, std::min(ranks, std::max(1, inputs_.node.linked() / inner))};
}

GroupPlacement RankGroups::tensor() const { return group(inputs_.layout.tensor, 1); }

GroupPlacement RankGroups::context() const {
  return group(inputs_.layout.context, inputs_.layout.tensor);
}

GroupPlacement RankGroups::shard() const {
  const int ranks =
      inputs_.layout.zero == 0 ? inputs_.data() * inputs_.layout.context : inputs_.shard_ranks();
  return group(ranks, inputs_.layout.tensor);
}

GroupPlacement RankGroups::replica() const {
  const int shards = shard().ranks;
  return group(inputs_.data() * inputs_.layout.context / shards, inputs_.layout.tensor * shards);
}

GroupPlacement RankGroups::expert() const {
  return group(inputs_.layout.expert, inputs_.layout.expert_tensor_ranks());
}

GroupPlacement RankGroups::expert_tensor() const {
  return group(inputs_.layout.expert_tensor_ranks(), 1);
}

GroupPlacement RankGroups::expert_replica() const {
  return group(inputs_.expert_replicas(),
               inputs_.layout.expert * inputs_.layout.expert_tensor_ranks());
}

GroupPlacement RankGroups::embedding() const {
  return {2, inputs_.accelerators <= inputs_.node.linked() ? 2 : 1};
}

GroupPlacement RankGroups::world() const {
  const int ranks = static_cast<int>(inputs_.accelerators);
  return {ranks, std::min(ranks, inputs_.node.linked())};
}

GroupPlacement RankGroups::of(RankGroup kind) const {
  switch (kind) {
    case RankGroup::kTensor:
      return tensor();
    case RankGroup::kContext:
      return context();
    case RankGroup::kShard:
      return shard();
    case RankGroup::kReplica:
      return replica();
    case RankGroup::kExpert:
      return expert();
    case RankGroup::kExpertTensor:
      return expert_tensor();
    case RankGroup::kExpertReplica:
      return expert_replica();
    case RankGroup::kPipeline:
      return group(inputs_.layout.pipeline,
                   static_cast<int>(inputs_.accelerators) / inputs_.layout.pipeline);
    case RankGroup::kEmbedding:
      return embedding();
    case RankGroup::kWorld:
      break;
  }
  return world();
}

bool RankGroups::next_stage_is_linked() const {
  return inputs_.accelerators / inputs_.layout.pipeline < inputs_.node.linked();
}

}  // namespace sextant
