#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sextant/network/flow_folding.h"
#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_problems.h"

namespace sextant {
namespace {

using fixtures::capacities;
using fixtures::kUnlimited;
using test::fabric_instance;
using test::fabric_of;
using test::fabric_plan;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Nodes of four accelerators, each with a card of its own, two nodes to a leaf of each rail.
Fabric small_rails(double oversubscription, int nodes = 8) {
  FabricPlan plan = fabric_plan(FabricKind::kRailOptimised);
  plan.nodes_per_leaf.value = 2;
  plan.oversubscription.value = oversubscription;
  return fabric_of(plan, fabric_instance(4, 4), nodes);
}

/// One ring over these nodes for each accelerator of a node.
AlikeTransfers rings(const Fabric& fabric, const std::vector<int>& nodes,
                     double rate = kUnlimited) {
  AlikeTransfers set;
  set.rate = rate;
  for (int index = 0; index < 4; ++index) {
    std::vector<Fabric::VertexId> ranks;
    for (const int node : nodes) ranks.push_back(fabric.accelerator(node, index));
    set.instances.push_back(
        half_all_reduce_pattern(fabric, ranks, Bytes(1e9), FlowAlgorithm::kRing));
  }
  return set;
}

std::optional<FoldedTransfers> fold(const Fabric& fabric, const std::vector<AlikeTransfers>& alike,
                                    std::string* asymmetry = nullptr) {
  return fold_transfers(fabric, capacities(fabric), alike, asymmetry);
}

TEST(FlowFolding, RingsOfOneStageAreOne) {
  const Fabric fabric = small_rails(1.0);
  const auto folded = fold(fabric, {rings(fabric, {0, 1, 2, 3, 4, 5, 6, 7})});
  ASSERT_TRUE(folded);
  ASSERT_THAT(folded->patterns, SizeIs(1));
  // Cards are as fast as what stands before and after them; one of them is the narrowest.
  ASSERT_THAT(folded->patterns[0].loads, SizeIs(1));
  EXPECT_EQ(folded->patterns[0].loads[0].flows, 1.0);
  EXPECT_EQ(folded->capacities[0], test::kCard.si());
  EXPECT_DOUBLE_EQ(folded->patterns[0].bytes, 1e9 * 7.0 / 8.0);
}

/// Of each leaf's two cards one sends to another leaf; at 4:1 that is twice the leaf's links up.
TEST(FlowFolding, OversubscribedLinksStay) {
  const Fabric fabric = small_rails(4.0);
  const auto folded = fold(fabric, {rings(fabric, {0, 1, 2, 3, 4, 5, 6, 7})});
  ASSERT_TRUE(folded);
  EXPECT_DOUBLE_EQ(idle_rate(folded->patterns[0], folded->capacities), test::kCard.si() / 2.0);
  EXPECT_EQ(fabric.tier(folded->links[0]), "leaf to spine");
}

TEST(FlowFolding, TransfersThatSlowNoneAreFreeOfLinks) {
  const Fabric fabric = small_rails(4.0);
  const auto folded = fold(fabric, {rings(fabric, {0, 1, 2, 3}, test::kCard.si() / 10.0)});
  ASSERT_TRUE(folded);
  EXPECT_THAT(folded->patterns[0].loads, IsEmpty());
  EXPECT_THAT(folded->links, IsEmpty());
}

/// Two pairs of nodes: below one leaf, and below two.
std::vector<AlikeTransfers> uneven_pairs(const Fabric& fabric) {
  AlikeTransfers pairs = rings(fabric, {0, 1});
  const AlikeTransfers far = rings(fabric, {2, 4});
  pairs.instances.insert(pairs.instances.end(), far.instances.begin(), far.instances.end());
  return {pairs};
}

TEST(FlowFolding, ANonBlockingFabricFoldsWhateverCrossesIt) {
  const Fabric fabric = small_rails(1.0);
  EXPECT_TRUE(fold(fabric, uneven_pairs(fabric)));
}

TEST(FlowFolding, SaysWhichTransfersDiffer) {
  const Fabric fabric = small_rails(4.0);
  std::string asymmetry;
  EXPECT_FALSE(fold(fabric, uneven_pairs(fabric), &asymmetry));
  EXPECT_THAT(asymmetry, HasSubstr("the 8 transfers of set 0 are not alike"));
  EXPECT_THAT(asymmetry, HasSubstr("number 0 crosses no link from leaf to spine"));
  EXPECT_THAT(asymmetry, HasSubstr("number 4 crosses 8 links from leaf to spine"));
}

TEST(FlowFolding, TransfersOfDifferentBytesAreNotAlike) {
  const Fabric fabric = small_rails(1.0);
  AlikeTransfers set = rings(fabric, {0, 1});
  set.instances[2].bytes *= 2.0;
  std::string asymmetry;
  EXPECT_FALSE(fold(fabric, {set}, &asymmetry));
  EXPECT_THAT(asymmetry, HasSubstr("number 2"));
  EXPECT_THAT(asymmetry, HasSubstr("bytes a flow"));
}

/// A neighbour on one of two pairs' links makes them differ, though both cross the same kinds.
TEST(FlowFolding, TrafficOfOthersMakesTransfersDiffer) {
  const Fabric fabric = small_rails(4.0);
  AlikeTransfers pairs = rings(fabric, {0, 2});
  const AlikeTransfers other = rings(fabric, {4, 6});
  pairs.instances.insert(pairs.instances.end(), other.instances.begin(), other.instances.end());
  EXPECT_TRUE(fold(fabric, {pairs}));
  std::string asymmetry;
  EXPECT_FALSE(fold(fabric, {pairs, rings(fabric, {1, 3})}, &asymmetry));
  EXPECT_THAT(asymmetry, HasSubstr("leaf to spine"));
}

}  // namespace
}  // namespace sextant
