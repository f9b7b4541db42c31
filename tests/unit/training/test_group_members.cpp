#include "sextant/training/group_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "sim/training/rank_groups.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

using testing::ElementsAre;

constexpr std::array kGroups{RankGroup::kTensor,        RankGroup::kContext,
                             RankGroup::kShard,         RankGroup::kReplica,
                             RankGroup::kExpert,        RankGroup::kExpertTensor,
                             RankGroup::kExpertReplica, RankGroup::kPipeline,
                             RankGroup::kEmbedding,     RankGroup::kWorld};

/// tensor 2 x context 2 x data 4 x pipeline 3 on 48 ranks; shards of four replicas, experts over
/// four ranks, each cut by one.
StepInputs every_kind() {
  StepInputs inputs = fixtures::inputs(48);
  inputs.layout.tensor = inputs.layout.context = 2;
  inputs.layout.pipeline = 3;
  inputs.layout.expert = 4;
  inputs.layout.expert_tensor = 1;
  inputs.layout.zero = 1;
  inputs.layout.shard_group = 4;
  return inputs;
}

TEST(GroupMembers, NumbersRanksAsMegatronDoes) {
  // The example in Megatron-LM's parallel_state.py: 16 ranks, tensor 2, pipeline 4.
  StepInputs inputs = fixtures::inputs(16);
  inputs.layout.tensor = 2;
  inputs.layout.pipeline = 4;
  inputs.layout.zero = 0;
  EXPECT_THAT(group_members(inputs, RankGroup::kShard, 0), ElementsAre(0, 2));
  EXPECT_THAT(group_members(inputs, RankGroup::kShard, 7), ElementsAre(5, 7));
  EXPECT_THAT(group_members(inputs, RankGroup::kTensor, 15), ElementsAre(14, 15));
  EXPECT_THAT(group_members(inputs, RankGroup::kPipeline, 6), ElementsAre(2, 6, 10, 14));
  EXPECT_THAT(group_members(inputs, RankGroup::kEmbedding, 13), ElementsAre(1, 13));
  EXPECT_THAT(group_members(inputs, RankGroup::kEmbedding, 5), ElementsAre(5));
}

TEST(GroupMembers, ContextLiesBetweenTensorAndData) {
  const StepInputs inputs = every_kind();
  EXPECT_THAT(group_members(inputs, RankGroup::kContext, 5), ElementsAre(5, 7));
  EXPECT_THAT(group_members(inputs, RankGroup::kShard, 16), ElementsAre(16, 18, 20, 22));
  EXPECT_THAT(group_members(inputs, RankGroup::kReplica, 16), ElementsAre(16, 24));
  EXPECT_THAT(group_members(inputs, RankGroup::kExpert, 6), ElementsAre(4, 5, 6, 7));
  EXPECT_THAT(group_members(inputs, RankGroup::kExpertReplica, 6), ElementsAre(2, 6, 10, 14));
}

TEST(GroupMembers, EveryRankIsInOneGroupOfAKind) {
  const StepInputs inputs = every_kind();
  for (RankGroup kind : kGroups) {
    std::multiset<int> seen;
    std::set<std::vector<int>> groups;
    for (int rank = 0; rank < inputs.accelerators; ++rank) {
      const std::vector<int> members = group_members(inputs, kind, rank);
      EXPECT_TRUE(std::is_sorted(members.begin(), members.end()));
      if (groups.insert(members).second) seen.insert(members.begin(), members.end());
    }
    EXPECT_EQ(seen.size(), 48U);
    EXPECT_EQ(std::set<int>(seen.begin(), seen.end()).size(), 48U);
  }
}

/// As many ranks, and as many of them on a node, as the step model takes them to have.
void expect_placed(const StepInputs& inputs, RankGroup kind, GroupPlacement placement) {
  for (int rank = 0; rank < inputs.accelerators; ++rank) {
    const std::vector<int> members = group_members(inputs, kind, rank);
    EXPECT_EQ(static_cast<int>(members.size()), placement.ranks);
    const auto here = std::count_if(members.begin(), members.end(), [&](int other) {
      return other / inputs.node.linked() == rank / inputs.node.linked();
    });
    EXPECT_EQ(here, placement.per_node);
  }
}

TEST(GroupMembers, SitWhereTheStepModelTakesThemToBe) {
  const StepInputs inputs = every_kind();
  const RankGroups groups(inputs);
  expect_placed(inputs, RankGroup::kTensor, groups.tensor());
  expect_placed(inputs, RankGroup::kContext, groups.context());
  expect_placed(inputs, RankGroup::kShard, groups.shard());
  expect_placed(inputs, RankGroup::kReplica, groups.replica());
  expect_placed(inputs, RankGroup::kExpert, groups.expert());
  expect_placed(inputs, RankGroup::kExpertTensor, groups.expert_tensor());
  expect_placed(inputs, RankGroup::kExpertReplica, groups.expert_replica());
}

}  // namespace
}  // namespace sextant
