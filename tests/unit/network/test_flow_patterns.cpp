#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_bytes.h"
#include "tests/support/flow_problems.h"

namespace sextant {
namespace {

using fixtures::bytes_by_tier;
using fixtures::bytes_into;
using fixtures::bytes_out_of;
using fixtures::most_bytes;
using fixtures::ranks_on;
using test::fabric_instance;
using test::fabric_of;
using test::fabric_plan;
using test::p5;
using ::testing::IsEmpty;

constexpr double kBytes = 1e9;

Fabric rails(int nodes) { return fabric_of(fabric_plan(FabricKind::kRailOptimised), p5(), nodes); }

std::vector<int> first_nodes(int count) {
  std::vector<int> nodes(static_cast<std::size_t>(count));
  std::iota(nodes.begin(), nodes.end(), 0);
  return nodes;
}

TransferPattern half(const Fabric& fabric, const std::vector<Fabric::VertexId>& ranks,
                     FlowAlgorithm algorithm = FlowAlgorithm::kRing) {
  return half_all_reduce_pattern(fabric, ranks, Bytes(kBytes), algorithm);
}

TEST(FlowPatterns, OneRankMovesNothing) {
  const Fabric fabric = rails(2);
  const std::vector<Fabric::VertexId> alone{fabric.accelerator(0, 3)};
  for (const FlowAlgorithm algorithm : {FlowAlgorithm::kRing, FlowAlgorithm::kTree}) {
    EXPECT_THAT(half(fabric, alone, algorithm).loads, IsEmpty());
    EXPECT_THAT(all_reduce_pattern(fabric, alone, Bytes(kBytes), algorithm).loads, IsEmpty());
  }
  EXPECT_THAT(all_to_all_pattern(fabric, alone, Bytes(kBytes), true).loads, IsEmpty());
}

TEST(FlowPatterns, ARingInANodeLoadsEachLinkOnce) {
  const Fabric fabric = rails(1);
  const TransferPattern ring = half(fabric, ranks_on(fabric, {0}));
  for (const Fabric::VertexId rank : ranks_on(fabric, {0})) {
    EXPECT_DOUBLE_EQ(bytes_into(fabric, ring, rank), kBytes * 7.0 / 8.0);
    EXPECT_DOUBLE_EQ(bytes_out_of(fabric, ring, rank), kBytes * 7.0 / 8.0);
  }
  EXPECT_EQ(ring.loads.size(), 16U);  // both ways between each rank and the link switch
}

/// 32 cards a node: all of them carry a part, and no ring crosses rails, whether the nodes are even
/// in number or not.
TEST(FlowPatterns, RingsAcrossNodesUseEveryCardAndKeepToRails) {
  for (const int nodes : {2, 3, 4, 7}) {
    const Fabric fabric = rails(nodes);
    const auto ranks = ranks_on(fabric, first_nodes(nodes));
    const TransferPattern ring = half(fabric, ranks);
    const double n = 8.0 * nodes;
    const double each = kBytes * (n - 1.0) / n / 32.0;
    auto tiers = bytes_by_tier(fabric, ring);
    EXPECT_NEAR(tiers["card to leaf"], 32.0 * nodes * each, 1.0);
    EXPECT_NEAR(most_bytes(fabric, ring, "card to leaf"), each, 1e-3);
    EXPECT_EQ(tiers.count("leaf to spine"), 0U) << nodes;
    for (const Fabric::VertexId rank : ranks) {
      EXPECT_NEAR(bytes_into(fabric, ring, rank), 32.0 * each, 1.0);
      EXPECT_NEAR(bytes_out_of(fabric, ring, rank), 32.0 * each, 1.0);
    }
  }
}

/// 8 accelerators, 4 cards: two share a PCIe switch and a card, one takes in, the other sends.
TEST(FlowPatterns, RanksThatShareACardTakeInAndSend) {
  const Fabric fabric =
      fabric_of(fabric_plan(FabricKind::kRailOptimised), fabric_instance(8, 4), 3);
  const auto ranks = ranks_on(fabric, first_nodes(3));
  const TransferPattern ring = half(fabric, ranks);
  auto tiers = bytes_by_tier(fabric, ring);
  EXPECT_EQ(tiers.count("leaf to spine"), 0U);
  EXPECT_NEAR(most_bytes(fabric, ring, "card to leaf"), kBytes * 23.0 / 24.0 / 4.0, 1e-3);
  for (const Fabric::VertexId rank : ranks) {
    EXPECT_NEAR(bytes_into(fabric, ring, rank), kBytes * 23.0 / 24.0, 1.0);
  }
}

TEST(FlowPatterns, ARingOfOneRankPerNodeSpreadsOverItsCards) {
  const Fabric fabric = rails(4);
  std::vector<Fabric::VertexId> ranks;
  for (int node = 0; node < 4; ++node) ranks.push_back(fabric.accelerator(node, 5));
  const TransferPattern ring = half(fabric, ranks);
  EXPECT_DOUBLE_EQ(ring.bytes, kBytes * 0.75);
  EXPECT_DOUBLE_EQ(most_bytes(fabric, ring, "card to leaf"), kBytes * 0.75 / 4.0);
  EXPECT_DOUBLE_EQ(idle_rate(ring, fixtures::capacities(fabric)), 50e9);
}

/// Two nodes to a link domain: what stays in it needs no cards, though it leaves the node.
TEST(FlowPatterns, LinkDomainsMaySpanNodes) {
  Instance instance = fabric_instance(4, 4);
  instance.link_domain = Coefficient<int>{};
  instance.link_domain->value = 8;
  const Fabric fabric = fabric_of(fabric_plan(FabricKind::kRailOptimised), instance, 6);
  EXPECT_EQ(bytes_by_tier(fabric, half(fabric, ranks_on(fabric, {2, 3}))).count("card to leaf"),
            0U);
  const TransferPattern ring = half(fabric, ranks_on(fabric, first_nodes(6)));
  EXPECT_NEAR(bytes_by_tier(fabric, ring)["card to leaf"], 3.0 * kBytes * 23.0 / 24.0, 1.0);
  EXPECT_NEAR(most_bytes(fabric, ring, "card to leaf"), kBytes * 23.0 / 24.0 / 8.0, 1e-3);
  EXPECT_EQ(bytes_by_tier(fabric, ring).count("leaf to spine"), 0U);
  const TransferPattern added =
      all_reduce_pattern(fabric, ranks_on(fabric, {2, 3}), Bytes(kBytes), FlowAlgorithm::kNvls);
  EXPECT_NEAR(bytes_by_tier(fabric, added)["link switch to accelerator"], 8.0 * kBytes, 1.0);
}

TEST(FlowPatterns, ATreeSendsTheBufferUpAndDownOverEachEdge) {
  for (const int nodes : {2, 5, 8}) {
    const Fabric fabric = rails(nodes);
    const TransferPattern tree = all_reduce_pattern(fabric, ranks_on(fabric, first_nodes(nodes)),
                                                    Bytes(kBytes), FlowAlgorithm::kTree);
    auto tiers = bytes_by_tier(fabric, tree);
    EXPECT_NEAR(tiers["card to leaf"], 2.0 * kBytes * (nodes - 1), 1.0);
    EXPECT_EQ(tiers.count("leaf to spine"), 0U);
    // Up and down chains of seven.
    EXPECT_NEAR(tiers["accelerator to link switch"], 2.0 * 7.0 * kBytes * nodes, 1.0);
    // A node is an inner vertex of one tree, with two children and a parent, and a leaf of the
    // other: at most 3 halves out, up and down.
    EXPECT_LE(most_bytes(fabric, tree, "card to leaf"), (3.0 + 1.0) * kBytes / 2.0 / 32.0 + 1e-3);
  }
}

TEST(FlowPatterns, SwitchesThatAddTakeAndGiveTheBufferOnce) {
  const Fabric fabric = rails(2);
  const auto node = ranks_on(fabric, {0});
  const TransferPattern one = all_reduce_pattern(fabric, node, Bytes(kBytes), FlowAlgorithm::kNvls);
  for (const Fabric::VertexId rank : node) {
    EXPECT_DOUBLE_EQ(bytes_out_of(fabric, one, rank), kBytes);
    EXPECT_DOUBLE_EQ(bytes_into(fabric, one, rank), kBytes);
  }
  const TransferPattern two =
      all_reduce_pattern(fabric, ranks_on(fabric, {0, 1}), Bytes(kBytes), FlowAlgorithm::kNvls);
  auto tiers = bytes_by_tier(fabric, two);
  EXPECT_NEAR(tiers["accelerator to link switch"], 16.0 * kBytes, 1.0);
  EXPECT_NEAR(tiers["card to leaf"], 2.0 * kBytes, 1.0);
  const TransferPattern scatter = half(fabric, node, FlowAlgorithm::kNvls);
  EXPECT_DOUBLE_EQ(bytes_out_of(fabric, scatter, node[2]), kBytes);
  EXPECT_DOUBLE_EQ(bytes_into(fabric, scatter, node[2]), kBytes / 8.0);
}

TEST(FlowPatterns, HierarchicalCrossesNodesWithAnEighthOfTheBuffer) {
  const Fabric fabric = rails(4);
  const auto ranks = ranks_on(fabric, first_nodes(4));
  const TransferPattern scatter = half(fabric, ranks, FlowAlgorithm::kHierarchical);
  auto tiers = bytes_by_tier(fabric, scatter);
  EXPECT_NEAR(tiers["card to leaf"], 32.0 * kBytes / 8.0 * 0.75, 1.0);
  EXPECT_NEAR(tiers["accelerator to link switch"], 32.0 * kBytes * 7.0 / 8.0, 1.0);
  EXPECT_EQ(tiers.count("leaf to spine"), 0U);
}

/// Half of the bytes leave the node; of these 7 of 8 cross rails unless they are handed on first.
TEST(FlowPatterns, AlignedAllToAllCrossesNoRails) {
  const Fabric fabric = rails(2);
  const auto ranks = ranks_on(fabric, {0, 1});
  const TransferPattern crossed = all_to_all_pattern(fabric, ranks, Bytes(kBytes), false);
  const TransferPattern aligned = all_to_all_pattern(fabric, ranks, Bytes(kBytes), true);
  auto direct = bytes_by_tier(fabric, crossed), handed = bytes_by_tier(fabric, aligned);
  EXPECT_NEAR(direct["card to leaf"], 16.0 * kBytes / 2.0, 1.0);
  EXPECT_NEAR(direct["leaf to spine"], 16.0 * kBytes / 2.0 * 7.0 / 8.0, 1.0);
  EXPECT_NEAR(handed["card to leaf"], 16.0 * kBytes / 2.0, 1.0);
  EXPECT_EQ(handed.count("leaf to spine"), 0U);
  EXPECT_NEAR(direct["accelerator to link switch"], 16.0 * kBytes * 7.0 / 16.0, 1.0);
  EXPECT_NEAR(handed["accelerator to link switch"], 16.0 * kBytes * 14.0 / 16.0, 1.0);
  for (const Fabric::VertexId rank : ranks) {
    EXPECT_NEAR(bytes_into(fabric, crossed, rank), kBytes * 15.0 / 16.0, 1.0);
  }
}

TEST(FlowPatterns, AHashTakesOneWayForEachConnection) {
  FabricPlan plan = fabric_plan(FabricKind::kRailOptimised);
  plan.paths = PathChoice::kHash;
  const Fabric fabric = fabric_of(plan, p5(), 2);
  const TransferPattern message =
      message_pattern(fabric, fabric.accelerator(0, 0), fabric.accelerator(1, 1), Bytes(kBytes));
  EXPECT_NEAR(bytes_by_tier(fabric, message)["card to leaf"], kBytes, 1e-3);
  for (const FlowLoad& load : message.loads) {
    EXPECT_DOUBLE_EQ(load.flows * 4.0, std::round(load.flows * 4.0));
  }
}

TEST(FlowPatterns, TogetherInUnitsOfTheFirst) {
  const std::vector<TransferPattern> parts{{100.0, {{1, 1.0}, {4, 2.0}}},
                                           {50.0, {{0, 1.0}, {4, 4.0}}}};
  const TransferPattern sum = together(parts);
  EXPECT_EQ(sum.bytes, 100.0);
  ASSERT_EQ(sum.loads.size(), 3U);
  EXPECT_EQ(sum.loads[0].link, 0);
  EXPECT_EQ(sum.loads[0].flows, 0.5);
  EXPECT_EQ(sum.loads[2].link, 4);
  EXPECT_EQ(sum.loads[2].flows, 4.0);
}

TEST(FlowPatterns, IdleRateIsThatOfTheNarrowestLink) {
  const TransferPattern pattern{1.0, {{0, 2.0}, {1, 0.5}}};
  EXPECT_EQ(idle_rate(pattern, std::vector<double>{10.0, 2.0}), 4.0);
  EXPECT_TRUE(std::isinf(idle_rate({}, {})));
}

}  // namespace
}  // namespace sextant
