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

TEST(Fabric, TwoGpusOfAP4dShareAPcieSwitchAndACard) {
  const Fabric fabric = fabric_of(fabric_plan(FabricKind::kFatTree), fabric_instance(8, 4), 2);
  const Route a = fabric.route(fabric.accelerator(0, 2), fabric.card(0, 1));
  const Route b = fabric.route(fabric.accelerator(0, 3), fabric.card(0, 1));
  ASSERT_EQ(a.size(), 2U);
  EXPECT_EQ(a[1].link, b[1].link);
  EXPECT_EQ(fabric.name(fabric.link(a[1].link).from), "node 0, PCIe switch 1");
}

TEST(Fabric, NoAcceleratorIsNarrowerThanItsCards) {
  Instance instance = test::p5();
  const auto lane = [&] {
    const Fabric fabric = fabric_of(fabric_plan(FabricKind::kFatTree), instance, 2);
    const Route route = fabric.route(fabric.accelerator(0, 0), fabric.card(0, 0));
    return fabric.link(route.front().link).capacity;
  };
  EXPECT_EQ(lane(), 4.0 * kCard);
  instance.host.emplace().link_bandwidth.emplace().value = BytesPerSecond(25e9);
  EXPECT_EQ(lane(), 4.0 * kCard);
  instance.host->link_bandwidth->value = BytesPerSecond(64e9);
  EXPECT_EQ(lane(), BytesPerSecond(64e9));
}

TEST(Fabric, TheHostLinkIsThePlansThenTheInstancesThenWide) {
  Instance instance = test::p5();
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  const auto host_link = [&] {
    const Fabric fabric = fabric_of(plan, instance, 2);
    const Route route = fabric.route(fabric.host(0), fabric.accelerator(0, 0));
    return fabric.link(route.front().link).capacity;
  };
  EXPECT_GE(host_link(), instance.network_bandwidth.value);
  instance.host.emplace().link_bandwidth.emplace().value = BytesPerSecond(25e9);
  EXPECT_EQ(host_link(), BytesPerSecond(25e9));
  plan.host_link.emplace().value = BytesPerSecond(50e9);
  EXPECT_EQ(host_link(), BytesPerSecond(50e9));
}

TEST(Fabric, AcceleratorsOfALinkDomainMeetInItsSwitch) {
  // Two GPUs of a p4d share a PCIe switch as well, which is as near.
  const Fabric fabric = fabric_of(fabric_plan(FabricKind::kFatTree), fabric_instance(8, 4), 2);
  const Route route = fabric.route(fabric.accelerator(1, 0), fabric.accelerator(1, 1));
  EXPECT_THAT(tiers_of(fabric, route), ElementsAre(Pair("accelerator to link switch", 1.0),
                                                   Pair("link switch to accelerator", 1.0)));
  EXPECT_EQ(fabric.link(route[0].link).capacity, test::kNvlink);
}

TEST(Fabric, ALinkDomainMaySpanNodes) {
  Instance instance = fabric_instance(4, 4);
  instance.link_domain.emplace().value = 72;
  FabricPlan plan = fabric_plan(FabricKind::kRailOptimised);
  plan.nodes_per_leaf.value = 18;
  const Fabric fabric = fabric_of(plan, instance, 40);
  EXPECT_EQ(switches_of(fabric)[FabricRole::kLinkSwitch], 3);
  const Route inside = fabric.route(fabric.accelerator(0, 1), fabric.accelerator(17, 3));
  EXPECT_THAT(summits_of(fabric, inside), UnorderedElementsAre("link switch 0"));
  const Route outside = fabric.route(fabric.accelerator(0, 1), fabric.accelerator(18, 1));
  EXPECT_EQ(tiers_of(fabric, outside).count("leaf to spine"), 1U);
}

TEST(Fabric, SmallLinkDomainsOfANodeMeetInItsHost) {
  Instance instance = fabric_instance(8, 8);
  instance.link_domain.emplace().value = 2;
  const Fabric fabric = fabric_of(fabric_plan(FabricKind::kFatTree), instance, 1);
  const Route near = fabric.route(fabric.accelerator(0, 2), fabric.accelerator(0, 3));
  EXPECT_THAT(summits_of(fabric, near), UnorderedElementsAre("node 0, link switch 1"));
  const Route far = fabric.route(fabric.accelerator(0, 2), fabric.accelerator(0, 4));
  EXPECT_THAT(summits_of(fabric, far), UnorderedElementsAre("node 0, host"));
}

TEST(Fabric, ASingleNodeHasNoLeafAndASmallClusterNoSpine) {
  for (const FabricKind kind : {FabricKind::kNonBlocking, FabricKind::kFatTree}) {
    EXPECT_THAT(switches_of(fabric_of(fabric_plan(kind), test::p5(), 1)), ElementsAre());
    EXPECT_THAT(switches_of(fabric_of(fabric_plan(kind), test::p5(), 32)),
                ElementsAre(Pair(FabricRole::kLeaf, 1), Pair(FabricRole::kStorage, 1)));
  }
  // Rails need spines to meet.
  EXPECT_THAT(switches_of(fabric_of(fabric_plan(FabricKind::kRailOptimised), test::p5(), 2)),
              ElementsAre(Pair(FabricRole::kLeaf, 32), Pair(FabricRole::kSpine, 4),
                          Pair(FabricRole::kStorage, 1)));
}

TEST(Fabric, RailsMeetInTheirLeavesAndOthersInTheSpines) {
  FabricPlan plan = fabric_plan(FabricKind::kRailOptimised);
  plan.nodes_per_leaf.value = 2;
  const Fabric fabric = fabric_of(plan, test::p5(), 4);
  EXPECT_THAT(switches_of(fabric),
              ElementsAre(Pair(FabricRole::kLeaf, 64), Pair(FabricRole::kSpine, 4),
                          Pair(FabricRole::kStorage, 1)));
  EXPECT_EQ(fabric.leaf_groups(), 2);
  EXPECT_EQ(fabric.leaf_group(1), 0);
  EXPECT_EQ(fabric.leaf_group(2), 1);
  const Route rail = fabric.route(fabric.accelerator(0, 3), fabric.accelerator(1, 3));
  EXPECT_EQ(rail.size(), 18U);  // two of the accelerators, four of each tier of the cards
  EXPECT_THAT(summits_of(fabric, rail),
              UnorderedElementsAre("leaf 12", "leaf 13", "leaf 14", "leaf 15"));
  EXPECT_EQ(fabric.path_diversity(fabric.accelerator(0, 3), fabric.accelerator(1, 3)), 4);
  const Route crossed = fabric.route(fabric.accelerator(0, 3), fabric.accelerator(1, 4));
  EXPECT_THAT(summits_of(fabric, crossed),
              UnorderedElementsAre("spine 0", "spine 1", "spine 2", "spine 3"));
  EXPECT_EQ(fabric.path_diversity(fabric.accelerator(0, 3), fabric.accelerator(1, 4)), 64);
}

TEST(Fabric, UpLinksCarryWhatComesFromBelowOverTheOversubscription) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 4;
  plan.oversubscription.value = 2.0;
  plan.spines.value = 8;
  plan.leaves_per_pod.value = 2;
  plan.core_oversubscription.value = 4.0;
  plan.cores.value = 4;
  const Fabric fabric = fabric_of(plan, test::p5(), 18);  // the last leaf has two nodes
  EXPECT_THAT(switches_of(fabric),
              ElementsAre(Pair(FabricRole::kLeaf, 5), Pair(FabricRole::kSpine, 24),
                          Pair(FabricRole::kCore, 4), Pair(FabricRole::kStorage, 1)));
  const auto up = [&](int from, int to, const std::string& tier) {
    for (const RouteShare& part :
         fabric.route(fabric.accelerator(from, 0), fabric.accelerator(to, 0))) {
      if (fabric.tier(part.link) == tier) return fabric.link(part.link);
    }
    return Fabric::Link();
  };
  EXPECT_DOUBLE_EQ(up(0, 4, "leaf to spine").capacity / kCard, 4 * 32 / 2.0 / 8);
  EXPECT_EQ(up(0, 4, "leaf to spine").cables, 8);
  EXPECT_DOUBLE_EQ(up(17, 0, "leaf to spine").capacity / kCard, 2 * 32 / 2.0 / 8);
  EXPECT_DOUBLE_EQ(up(0, 8, "spine to core").capacity / kCard, 2 * 8 / 4.0 / 4);
}

TEST(Fabric, NonBlockingHasOneSwitchAboveItsLeavesThatNeverLimits) {
  FabricPlan plan = fabric_plan(FabricKind::kNonBlocking);
  plan.nodes_per_leaf.value = 4;
  plan.oversubscription.value = 8.0;
  const Fabric fabric = fabric_of(plan, test::p5(), 8);
  EXPECT_EQ(switches_of(fabric)[FabricRole::kSpine], 1);
  EXPECT_EQ(fabric.bisection(), 4 * 32.0 * kCard);
  EXPECT_EQ(fabric.path_diversity(fabric.accelerator(0, 0), fabric.accelerator(7, 0)), 16);
}

TEST(Fabric, TheStoreStandsBelowTheUppermostSwitches) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 2;
  plan.leaves_per_pod.value = 2;
  plan.cores.value = 2;
  plan.storage_bandwidth.emplace().value = BytesPerSecond(100e9);
  const auto reached_from = [&](int nodes) {
    const Fabric fabric = fabric_of(plan, test::p5(), nodes);
    const Route route = fabric.route(fabric.host(0), fabric.storage());
    BytesPerSecond into_store{0};
    std::string tier;
    for (const RouteShare& part : route) {
      if (fabric.link(part.link).to != fabric.storage()) continue;
      into_store += fabric.link(part.link).capacity;
      tier = fabric.tier(part.link);
    }
    EXPECT_DOUBLE_EQ(into_store.si(), 100e9);
    return tier;
  };
  EXPECT_EQ(reached_from(2), "leaf to storage");
  EXPECT_EQ(reached_from(4), "spine to storage");
  EXPECT_EQ(reached_from(8), "core to storage");
}

TEST(Fabric, AHostSendsThroughAllItsPcieSwitches) {
  const Fabric fabric = fabric_of(fabric_plan(FabricKind::kRailOptimised), test::p5(), 4);
  const Route route = fabric.route(fabric.host(3), fabric.storage());
  int pcie_switches = 0, cards = 0;
  for (const RouteShare& part : route) {
    const FabricRole to = fabric.vertex(fabric.link(part.link).to).role;
    if (to == FabricRole::kPcieSwitch) {
      ++pcie_switches;
      EXPECT_EQ(fabric.link(part.link).from, fabric.host(3));
      EXPECT_DOUBLE_EQ(part.share, 1.0 / 8);
    }
    if (to == FabricRole::kCard) {
      ++cards;
      EXPECT_DOUBLE_EQ(part.share, 1.0 / 32);
    }
  }
  EXPECT_EQ(pcie_switches, 8);
  EXPECT_EQ(cards, 32);
}

TEST(Fabric, HashTakesOneOfTheShortestPathsForAKey) {
  FabricPlan plan = fabric_plan(FabricKind::kRailOptimised);
  plan.nodes_per_leaf.value = 2;
  plan.paths = PathChoice::kHash;
  const Fabric fabric = fabric_of(plan, test::p5(), 4);
  std::map<std::string, int> spines;
  for (std::uint64_t key = 0; key < 400; ++key) {
    const Route route = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(3, 5), key);
    ASSERT_EQ(route.size(), 8U);
    for (const RouteShare& part : route) EXPECT_EQ(part.share, 1.0);
    const auto again = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(3, 5), key);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(route[i].link, again[i].link);
    ++spines[*summits_of(fabric, route).begin()];
  }
  ASSERT_EQ(spines.size(), 4U);
  for (const auto& [spine, flows] : spines) EXPECT_NEAR(flows, 100, 40) << spine;
}

TEST(Fabric, AHashedRouteIsInTheOrderOfTheWay) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 1;
  plan.paths = PathChoice::kHash;
  const Fabric fabric = fabric_of(plan, test::p5(), 4);
  const Route route = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(3, 5), 9);
  Fabric::VertexId here = fabric.accelerator(0, 0);
  for (const RouteShare& part : route) {
    EXPECT_EQ(fabric.link(part.link).from, here);
    here = fabric.link(part.link).to;
  }
  EXPECT_EQ(here, fabric.accelerator(3, 5));
}

TEST(Fabric, SlowCablesShareTheSwitchPortsThatThePlanNames) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 2;
  EXPECT_EQ(fabric_of(plan, test::p5(), 2).switch_ports(), 64 + 1);  // the store has a cable
  plan.port_bandwidth.emplace().value = 4.0 * kCard;
  plan.storage_bandwidth.emplace().value = 8.0 * kCard;
  EXPECT_EQ(fabric_of(plan, test::p5(), 2).switch_ports(), 16 + 2);
  // Two leaves of 16 down and 16 up; 4 spines of 8 down and half a port to the store.
  EXPECT_EQ(fabric_of(plan, test::p5(), 4).switch_ports(), 2 * 32 + 4 * 9);
}

TEST(Fabric, NamesSayWhatAVertexIs) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 1;
  const Fabric fabric = fabric_of(plan, test::p5(), 4);
  EXPECT_EQ(fabric.name(fabric.accelerator(3, 7)), "node 3, accelerator 7");
  EXPECT_EQ(fabric.name(fabric.card(3, 7)), "node 3, card 7");
  EXPECT_EQ(fabric.name(fabric.host(2)), "node 2, host");
  EXPECT_EQ(fabric.name(fabric.storage()), "storage");
  const Route route = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(1, 0));
  EXPECT_EQ(fabric.tier(route.front().link), "accelerator to PCIe switch");
  EXPECT_EQ(fabric.tier(route.back().link), "PCIe switch to accelerator");
}

TEST(Fabric, IsDrawnWithItsSwitchesAboveTheMiddleOfTheirNodes) {
  FabricPlan plan = fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = 2;
  plan.spines.value = 2;
  const Fabric fabric = fabric_of(plan, test::p5(), 4);
  std::map<std::string, std::pair<float, float>> places;
  for (int id = 0; id < fabric.vertices(); ++id) {
    places[fabric.name(id)] = {fabric.vertex(id).x, fabric.vertex(id).y};
  }
  EXPECT_EQ(places["leaf 0"], std::pair(1.0F, 3.0F));
  EXPECT_EQ(places["leaf 1"], std::pair(3.0F, 3.0F));
  EXPECT_EQ(places["spine 0"], std::pair(1.0F, 4.0F));
  EXPECT_EQ(places["spine 1"], std::pair(3.0F, 4.0F));
  EXPECT_EQ(places["storage"], std::pair(4.5F, 3.0F));
  EXPECT_GT(places["node 1, accelerator 0"].first, 1.0F);
  EXPECT_LT(places["node 1, accelerator 7"].first, 2.0F);
}

/// Two nodes of one card on a leaf each; a wide and a narrow spine, three cables and one.
FabricPlan two_leaves() {
  FabricPlan plan = fabric_plan(FabricKind::kGraph);
  plan.vertices = {{"rack-a", FabricRole::kLeaf},
                   {"rack-b", FabricRole::kLeaf},
                   {"wide", FabricRole::kSpine},
                   {"narrow", FabricRole::kSpine},
                   {"lustre", FabricRole::kStorage}};
  plan.links = {{"node-0/card-0", "rack-a", kCard}, {"node-1/card-0", "rack-b", kCard},
                {"rack-a", "wide", kCard, 3},       {"rack-b", "wide", kCard, 3},
                {"rack-a", "narrow", kCard},        {"rack-b", "narrow", kCard},
                {"lustre", "wide", 10.0 * kCard}};
  return plan;
}

TEST(Fabric, AnExplicitGraphKeepsItsNamesAndCables) {
  const FabricPlan plan = two_leaves();
  ASSERT_THAT(fabric_faults(plan, fabric_instance(1, 1), test::fabric_accelerator(), 2),
              ElementsAre());
  const Fabric fabric = fabric_of(plan, fabric_instance(1, 1), 2);
  const Route route = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(1, 0));
  std::map<std::string, double> shares;
  for (const RouteShare& part : route) {
    shares[fabric.name(fabric.link(part.link).from)] += part.share;
  }
  // Nine of ten combinations of cables go over the wide spine.
  EXPECT_DOUBLE_EQ(shares["wide"], 0.9);
  EXPECT_DOUBLE_EQ(shares["narrow"], 0.1);
  EXPECT_EQ(fabric.path_diversity(fabric.accelerator(0, 0), fabric.accelerator(1, 0)), 2);
  EXPECT_EQ(fabric.name(fabric.storage()), "lustre");
  EXPECT_EQ(fabric.leaf_groups(), 2);
  EXPECT_EQ(fabric.bisection(), kCard);
  EXPECT_EQ(fabric.switch_ports(), 2 * (1 + 4) + 7 + 2);
}

TEST(Fabric, TakesTheFewestLinksWhereWaysDifferInLength) {
  // A third node hangs off the spine itself, and a leaf stands above another.
  FabricPlan plan = two_leaves();
  plan.vertices.push_back({"row", FabricRole::kLeaf});
  plan.links.push_back({"node-2/card-0", "wide", kCard});
  plan.links.push_back({"rack-a", "row", kCard});
  plan.links.push_back({"row", "wide", kCard});
  ASSERT_THAT(fabric_faults(plan, fabric_instance(1, 1), test::fabric_accelerator(), 3),
              ElementsAre());
  const Fabric fabric = fabric_of(plan, fabric_instance(1, 1), 3);
  const Route route = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(2, 0));
  EXPECT_EQ(route.size(), 7U);
  for (const RouteShare& part : route) {
    EXPECT_EQ(part.share, 1.0);
    EXPECT_NE(fabric.name(fabric.link(part.link).to), "row");
  }
  EXPECT_EQ(fabric.path_diversity(fabric.accelerator(0, 0), fabric.accelerator(1, 0)), 2);
}

}  // namespace
}  // namespace sextant
