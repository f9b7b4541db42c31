#include "src/optimize/space.h"

#include <gtest/gtest.h>

#include "tests/support/small_question.h"

namespace sextant::optimize {
namespace {

using Numbers = std::vector<int>;

TEST(Space, CombinesItsLists) {
  Space space;
  space.purchases = {PurchaseMode::kOnDemand, PurchaseMode::kSpot};
  space.spares = {0, 1, 2};
  const auto choices = choices_at(space, "box", 4);
  ASSERT_EQ(choices.size(), 6u);
  EXPECT_EQ(choices[4].purchase, PurchaseMode::kSpot);
  EXPECT_EQ(choices[4].spares, 1);
  EXPECT_EQ(choices[4].nodes, 4);
  EXPECT_FALSE(choices[4].region);
}

TEST(Space, HoldsTheScenarioOrNot) {
  catalog::Catalogue catalogue = fixtures::test_catalogue();
  const scenario::Scenario scenario = fixtures::busy_scenario(catalogue);
  Space space;
  EXPECT_TRUE(holds(space, scenario));
  space.nodes = {2, 4};
  space.instances = {"box"};
  EXPECT_TRUE(holds(space, scenario));
  space.node_range = NodeRange{3, 8};
  EXPECT_FALSE(holds(space, scenario));
  space.node_range.reset();
  space.purchases = {PurchaseMode::kSpot};
  EXPECT_FALSE(holds(space, scenario));
}

TEST(Space, NodesWithWhichSomeLayoutDivides) {
  catalog::Catalogue catalogue = fixtures::test_catalogue();
  const scenario::Scenario scenario = fixtures::busy_scenario(catalogue, 2, 64);
  // 4 chips a node, 12 layers, a batch of 64: 17 can neither be pipeline nor data ranks.
  EXPECT_EQ(runnable_nodes(scenario, {15, 20}), (Numbers{16, 18, 20}));
}

TEST(Space, SpreadsOutInEqualRatios) {
  const Numbers powers{1, 2, 4, 8, 16, 32, 64};
  EXPECT_EQ(spread_out(powers, 4), (Numbers{1, 4, 16, 64}));
  EXPECT_EQ(spread_out(powers, 7), powers);
  EXPECT_EQ(spread_out({5}, 7), Numbers{5});
  EXPECT_TRUE(spread_out({}, 7).empty());
}

TEST(Space, LooksCloserOnBothSides) {
  const Numbers all{10, 11, 12, 13, 14, 15, 16, 17, 18};
  EXPECT_EQ(between_neighbours(all, {10, 14, 18}, 14), (Numbers{12, 16}));
  EXPECT_EQ(between_neighbours(all, {10, 14, 18}, 10), (Numbers{12}));
  EXPECT_EQ(between_neighbours(all, {10, 14, 18}, 18), (Numbers{16}));
  EXPECT_TRUE(between_neighbours(all, {13, 14, 15}, 14).empty());
}

}  // namespace
}  // namespace sextant::optimize
