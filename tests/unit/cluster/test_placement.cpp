#include "sextant/cluster/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "tests/support/fabrics.h"

namespace sextant {
namespace {

using test::fabric_instance;
using test::fabric_of;
using test::fabric_plan;
using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

/// Leaves of four nodes with two accelerators each.
Fabric leaves_of_four(int nodes) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 4;
  return fabric_of(plan, fabric_instance(2, 2), nodes);
}

std::vector<int> choose(const Fabric& fabric, const std::vector<int>& free, int nodes,
                        PlacementPolicy policy, std::uint64_t seed = 1) {
  return choose_nodes(fabric, free, nodes, policy, seed);
}

TEST(ChooseNodes, ContiguousTakesTheFirstAsTheyStand) {
  const Fabric fabric = leaves_of_four(12);
  EXPECT_THAT(choose(fabric, {1, 2, 3, 7, 9}, 4, PlacementPolicy::kContiguous),
              ElementsAre(1, 2, 3, 7));
}

TEST(ChooseNodes, TopologyAwareTakesTheTightestLeafThatHoldsAll) {
  const Fabric fabric = leaves_of_four(12);
  EXPECT_THAT(choose(fabric, {0, 1, 2, 3, 5, 6, 9}, 2, PlacementPolicy::kTopologyAware),
              ElementsAre(5, 6));
}

TEST(ChooseNodes, TopologyAwareTakesTheFullestFirstWhereNoneHoldsAll) {
  const Fabric fabric = leaves_of_four(16);
  EXPECT_THAT(choose(fabric, {0, 4, 5, 6, 8, 9, 10, 11, 14}, 5, PlacementPolicy::kTopologyAware),
              ElementsAre(8, 9, 10, 11, 0));
}

TEST(ChooseNodes, ScatteredDependsOnTheSeedAlone) {
  const Fabric fabric = leaves_of_four(64);
  std::vector<int> free(64);
  std::iota(free.begin(), free.end(), 0);
  const auto first = choose(fabric, free, 64, PlacementPolicy::kScattered, 1);
  EXPECT_THAT(first, UnorderedElementsAreArray(free));
  EXPECT_NE(first, free);
  EXPECT_EQ(first, choose(fabric, free, 64, PlacementPolicy::kScattered, 1));
  EXPECT_NE(first, choose(fabric, free, 64, PlacementPolicy::kScattered, 2));
}

TEST(PlaceRanks, PutsTheSameRankOfEveryNodeOnTheSameAccelerator) {
  const Fabric fabric = leaves_of_four(8);
  EXPECT_THAT(place_ranks(fabric, {5, 2}, 4, 1, true).accelerators,
              ElementsAre(fabric.accelerator(5, 0), fabric.accelerator(5, 1),
                          fabric.accelerator(2, 0), fabric.accelerator(2, 1)));
}

TEST(PlaceRanks, BeginsEachNodeWithAnotherAcceleratorUnlessRailsAreAligned) {
  const Fabric fabric = leaves_of_four(8);
  EXPECT_THAT(place_ranks(fabric, {5, 2}, 4, 1, false).accelerators,
              ElementsAre(fabric.accelerator(5, 0), fabric.accelerator(5, 1),
                          fabric.accelerator(2, 1), fabric.accelerator(2, 0)));
}

TEST(PlaceRanks, PutsSeveralRanksOnAnAcceleratorOfSeveralDevices) {
  const Fabric fabric = leaves_of_four(8);
  const Placement placement = place_ranks(fabric, {3, 4}, 5, 2, true);
  EXPECT_EQ(placement.of(0), fabric.accelerator(3, 0));
  EXPECT_EQ(placement.of(1), fabric.accelerator(3, 0));
  EXPECT_EQ(placement.of(3), fabric.accelerator(3, 1));
  EXPECT_EQ(placement.of(4), fabric.accelerator(4, 0));
}

TEST(PlaceRanksDeathTest, WantsNodesForAllRanks) {
  const Fabric fabric = leaves_of_four(8);
  EXPECT_DEATH(place_ranks(fabric, {3}, 3, 1, true), "3 ranks do not fit on 1 nodes");
  EXPECT_DEATH(choose(fabric, {3}, 2, PlacementPolicy::kContiguous), "2 nodes of 1 free");
}

}  // namespace
}  // namespace sextant
