#include "sextant/cluster/fabric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/support/fabrics.h"

namespace sextant {
namespace {

using test::fabric_instance;
using test::fabric_of;
using test::fabric_plan;
using test::kCard;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

/// Vertices of each role outside the nodes.
std::map<FabricRole, int> switches_of(const Fabric& fabric) {
  std::map<FabricRole, int> counts;
  for (int id = 0; id < fabric.vertices(); ++id) {
    if (fabric.vertex(id).node < 0) ++counts[fabric.vertex(id).role];
  }
  return counts;
}

/// Shares of a flow by tier, summed.
std::map<std::string, double> tiers_of(const Fabric& fabric, const Route& route) {
  std::map<std::string, double> shares;
  for (const RouteShare& part : route) shares[fabric.tier(part.link)] += part.share;
  return shares;
}

/// The switches that a flow reaches last on its way up.
std::set<std::string> summits_of(const Fabric& fabric, const Route& route) {
  std::set<std::string> names;
  std::int32_t top = -1;
  for (const RouteShare& part : route) {
    top = std::max(top, fabric.vertex(fabric.link(part.link).to).level);
  }
  for (const RouteShare& part : route) {
    const Fabric::VertexId to = fabric.link(part.link).to;
    if (fabric.vertex(to).level == top) names.insert(fabric.name(to));
  }
  return names;
}

TEST(Fabric, ANodeOfAP5HasFourCardsBehindThePcieSwitchOfEachGpu) {
  const Fabric fabric = fabric_of(fabric_plan(FabricKind::kRailOptimised), test::p5(), 1);
  EXPECT_EQ(fabric.vertices(), 8 + 8 + 1 + 32 + 1);
  EXPECT_EQ(fabric.links(), 2 * (8 + 8 + 8 + 32));
  std::set<Fabric::VertexId> above;
  for (int id = 0; id < fabric.links(); ++id) {
    const Fabric::Link& link = fabric.link(id);
    if (fabric.name(link.from) == "node 0, PCIe switch 1") above.insert(link.to);
  }
  EXPECT_THAT(above,
              UnorderedElementsAre(fabric.accelerator(0, 1), fabric.host(0), fabric.card(0, 4),
                                   fabric.card(0, 5), fabric.card(0, 6), fabric.card(0, 7)));
  EXPECT_EQ(fabric.storage(), -1);
  EXPECT_EQ(fabric.leaf_groups(), 1);
}

TEST(Fabric, RoutesOfAFewKinds) {
  FabricPlan plan = fabric_plan(FabricKind::kRailOptimised);
  plan.nodes_per_leaf.value = 2;
  plan.spines.value = 4;
  const Fabric fabric = fabric_of(plan, test::p5(), 4);
  EXPECT_THAT(switches_of(fabric),
              ElementsAre(Pair(FabricRole::kLeaf, 64), Pair(FabricRole::kSpine, 4),
                          Pair(FabricRole::kStorage, 1)));
  const Route rail = fabric.route(fabric.accelerator(0, 3), fabric.accelerator(1, 3));
  EXPECT_EQ(rail.size(), 18U);
  EXPECT_THAT(summits_of(fabric, rail),
              UnorderedElementsAre("leaf 12", "leaf 13", "leaf 14", "leaf 15"));
  const Route crossed = fabric.route(fabric.accelerator(0, 3), fabric.accelerator(1, 4));
  EXPECT_THAT(summits_of(fabric, crossed), UnorderedElementsAre("spine 0", "spine 1", "spine 2",
                                                                "spine 3"));
  EXPECT_EQ(fabric.path_diversity(fabric.accelerator(0, 3), fabric.accelerator(1, 4)), 64);
  for (const auto& [tier, share] : tiers_of(fabric, crossed)) EXPECT_NEAR(share, 1.0, 1e-12);
  const Route saved = fabric.route(fabric.host(3), fabric.storage());
  for (const auto& [tier, share] : tiers_of(fabric, saved)) EXPECT_NEAR(share, 1.0, 1e-12) << tier;
}

}  // namespace
}  // namespace sextant
