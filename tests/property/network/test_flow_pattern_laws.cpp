#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_bytes.h"
#include "tests/support/flow_problems.h"

namespace sextant {
namespace {

using fixtures::bytes_into;
using fixtures::bytes_out_of;
using test::fabric_instance;
using test::fabric_of;
using test::fabric_plan;

constexpr double kBytes = 1e9;

bool near(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), 1.0); }

FabricPlan some_plan() {
  FabricPlan plan = fabric_plan(*rc::gen::element(
      FabricKind::kNonBlocking, FabricKind::kRailOptimised, FabricKind::kFatTree));
  plan.nodes_per_leaf.value = *rc::gen::inRange(1, 5);
  plan.oversubscription.value = *rc::gen::element(1.0, 2.0, 2.5, 4.0);
  plan.leaves_per_pod.value = *rc::gen::inRange(1, 4);
  return plan;
}

Fabric some_fabric(const FabricPlan& plan) {
  const auto [accelerators, cards] =
      *rc::gen::element(std::pair(8, 32), std::pair(8, 4), std::pair(4, 4), std::pair(2, 1));
  return fabric_of(plan, fabric_instance(accelerators, cards), *rc::gen::inRange(1, 12));
}

/// The same accelerators on each of some nodes, in some order.
std::vector<Fabric::VertexId> some_group(const Fabric& fabric) {
  const auto some = [](int count) {
    std::vector<int> all(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) all[static_cast<std::size_t>(i)] = i;
    std::vector<int> picked;
    while (picked.empty()) {
      for (const int one : all) {
        if (*rc::gen::arbitrary<bool>()) picked.push_back(one);
      }
    }
    return picked;
  };
  const std::vector<int> indices = some(fabric.accelerators_per_node());
  std::vector<Fabric::VertexId> ranks;
  for (const int node : some(fabric.nodes())) {
    for (const int index : indices) ranks.push_back(fabric.accelerator(node, index));
  }
  return ranks;
}

double all_but_own(const std::vector<Fabric::VertexId>& ranks) {
  const auto n = static_cast<double>(ranks.size());
  return kBytes * (n - 1.0) / n;
}

/// Every rank gets what the others have, and sends as much.
void expect_even(const Fabric& fabric, const std::vector<Fabric::VertexId>& ranks,
                 const TransferPattern& pattern, double bytes) {
  for (const Fabric::VertexId rank : ranks) {
    RC_ASSERT(near(bytes_into(fabric, pattern, rank), bytes));
    RC_ASSERT(near(bytes_out_of(fabric, pattern, rank), bytes));
  }
}

RC_GTEST_PROP(FlowPatternLaws, RingsBringEveryRankWhatTheOthersHave, ()) {
  const Fabric fabric = some_fabric(some_plan());
  const auto ranks = some_group(fabric);
  expect_even(fabric, ranks,
              half_all_reduce_pattern(fabric, ranks, Bytes(kBytes), FlowAlgorithm::kRing),
              all_but_own(ranks));
  expect_even(fabric, ranks, all_reduce_pattern(fabric, ranks, Bytes(kBytes), FlowAlgorithm::kRing),
              2.0 * all_but_own(ranks));
}

RC_GTEST_PROP(FlowPatternLaws, HierarchiesBringAsMuchAsRings, ()) {
  const Fabric fabric = some_fabric(some_plan());
  const auto ranks = some_group(fabric);
  expect_even(fabric, ranks,
              half_all_reduce_pattern(fabric, ranks, Bytes(kBytes), FlowAlgorithm::kHierarchical),
              all_but_own(ranks));
}

RC_GTEST_PROP(FlowPatternLaws, AllToAllBringsAPartFromEachOfTheOthers, ()) {
  const Fabric fabric = some_fabric(some_plan());
  const auto ranks = some_group(fabric);
  expect_even(fabric, ranks, all_to_all_pattern(fabric, ranks, Bytes(kBytes), false),
              all_but_own(ranks));
}

/// Bytes that go over cards: handing on inside the node changes the way, not the amount.
RC_GTEST_PROP(FlowPatternLaws, HandingOnLeavesWhatCrossesNodes, ()) {
  const Fabric fabric = some_fabric(some_plan());
  const auto ranks = some_group(fabric);
  const auto crossed = all_to_all_pattern(fabric, ranks, Bytes(kBytes), false);
  const auto aligned = all_to_all_pattern(fabric, ranks, Bytes(kBytes), true);
  for (const char* tier : {"card to leaf", "leaf to card"}) {
    RC_ASSERT(near(fixtures::bytes_by_tier(fabric, crossed)[tier],
                   fixtures::bytes_by_tier(fabric, aligned)[tier]));
  }
}

RC_GTEST_PROP(FlowPatternLaws, TreesSendTheBufferUpAndDownBetweenNodes, ()) {
  const Fabric fabric = some_fabric(some_plan());
  const auto ranks = some_group(fabric);
  RC_PRE(ranks.size() > 1);
  const auto tree = all_reduce_pattern(fabric, ranks, Bytes(kBytes), FlowAlgorithm::kTree);
  double nodes = 1.0;
  for (std::size_t i = 1; i < ranks.size(); ++i) {
    nodes += fabric.vertex(ranks[i]).node != fabric.vertex(ranks[i - 1]).node ? 1.0 : 0.0;
  }
  RC_ASSERT(
      near(fixtures::bytes_by_tier(fabric, tree)["card to leaf"], 2.0 * kBytes * (nodes - 1.0)));
}

/// On a fabric that treats all nodes alike, which nodes they are does not matter.
RC_GTEST_PROP(FlowPatternLaws, NodesMayChangePlaces, ()) {
  FabricPlan plan = some_plan();
  plan.nodes_per_leaf.value = 16;
  const Fabric fabric = some_fabric(plan);
  auto ranks = some_group(fabric);
  const auto algorithm = *rc::gen::element(FlowAlgorithm::kRing, FlowAlgorithm::kTree,
                                           FlowAlgorithm::kHierarchical, FlowAlgorithm::kNvls);
  const auto loads = [&](const std::vector<Fabric::VertexId>& group) {
    std::vector<double> bytes;
    const auto pattern = all_reduce_pattern(fabric, group, Bytes(kBytes), algorithm);
    for (const FlowLoad& load : pattern.loads) bytes.push_back(load.flows * pattern.bytes);
    std::sort(bytes.begin(), bytes.end());
    return bytes;
  };
  const std::vector<double> before = loads(ranks);
  const int shift = *rc::gen::inRange(0, fabric.nodes());
  for (Fabric::VertexId& rank : ranks) {
    const Fabric::Vertex& vertex = fabric.vertex(rank);
    rank = fabric.accelerator((fabric.nodes() - 1 - vertex.node + shift) % fabric.nodes(),
                              vertex.index);
  }
  const std::vector<double> after = loads(ranks);
  RC_ASSERT(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) RC_ASSERT(near(before[i], after[i]));
}

RC_GTEST_PROP(FlowPatternLaws, TwiceTheBytesAreTwiceTheBytesOnTheSameLinks, ()) {
  const Fabric fabric = some_fabric(some_plan());
  const auto ranks = some_group(fabric);
  RC_PRE(ranks.size() > 1);
  const auto algorithm = *rc::gen::element(FlowAlgorithm::kRing, FlowAlgorithm::kTree,
                                           FlowAlgorithm::kHierarchical, FlowAlgorithm::kNvls);
  const auto once = all_reduce_pattern(fabric, ranks, Bytes(kBytes), algorithm);
  const auto twice = all_reduce_pattern(fabric, ranks, Bytes(2.0 * kBytes), algorithm);
  RC_ASSERT(near(twice.bytes, 2.0 * once.bytes));
  RC_ASSERT(once.loads.size() == twice.loads.size());
  for (std::size_t i = 0; i < once.loads.size(); ++i) {
    RC_ASSERT(once.loads[i].link == twice.loads[i].link);
    RC_ASSERT(near(once.loads[i].flows, twice.loads[i].flows));
    if (i > 0) RC_ASSERT(once.loads[i - 1].link < once.loads[i].link);
  }
}

}  // namespace
}  // namespace sextant
