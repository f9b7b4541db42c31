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

bool RankGroups::next_stage_is_linked() const {
  return inputs_.accelerators / inputs_.layout.pipeline < inputs_.node.linked();
}

}  // namespace sextant
