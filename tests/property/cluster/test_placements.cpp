// Laws of choosing nodes and placing ranks.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "sextant/cluster/placement.h"
#include "tests/support/fabrics.h"

namespace sextant {
namespace {

Fabric any_fabric() {
  FabricPlan plan = test::fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = *rc::gen::inRange(1, 6);
  return test::fabric_of(plan, test::fabric_instance(*rc::gen::inRange(1, 5), 2),
                         *rc::gen::inRange(1, 24));
}

std::vector<int> any_free(const Fabric& fabric) {
  std::vector<int> free;
  for (int node = 0; node < fabric.nodes(); ++node) {
    if (*rc::gen::inRange(0, 3) > 0) free.push_back(node);
  }
  return free;
}

int groups_of(const Fabric& fabric, const std::vector<int>& nodes) {
  std::set<int> groups;
  for (const int node : nodes) groups.insert(fabric.leaf_group(node));
  return static_cast<int>(groups.size());
}

/// By trying every set of groups.
int fewest_groups(const Fabric& fabric, const std::vector<int>& free, int nodes) {
  std::vector<int> room(static_cast<std::size_t>(fabric.leaf_groups()), 0);
  for (const int node : free) ++room[static_cast<std::size_t>(fabric.leaf_group(node))];
  int fewest = fabric.leaf_groups();
  for (unsigned set = 0; set < 1U << room.size(); ++set) {
    int held = 0, groups = 0;
    for (std::size_t i = 0; i < room.size(); ++i) {
      if ((set >> i & 1U) == 0) continue;
      held += room[i];
      ++groups;
    }
    if (held >= nodes) fewest = std::min(fewest, groups);
  }
  return fewest;
}

RC_GTEST_PROP(Placement, ChoosesSoManyDifferentOnesOfTheFree, (std::uint64_t seed)) {
  const Fabric fabric = any_fabric();
  const std::vector<int> free = any_free(fabric);
  const int nodes = *rc::gen::inRange(0, static_cast<int>(free.size()) + 1);
  const auto policy = *rc::gen::element(
      PlacementPolicy::kContiguous, PlacementPolicy::kTopologyAware, PlacementPolicy::kScattered);
  const std::vector<int> chosen = choose_nodes(fabric, free, nodes, policy, seed);
  RC_ASSERT(static_cast<int>(chosen.size()) == nodes);
  const std::set<int> different(chosen.begin(), chosen.end());
  RC_ASSERT(static_cast<int>(different.size()) == nodes);
  RC_ASSERT(std::includes(free.begin(), free.end(), different.begin(), different.end()));
}

RC_GTEST_PROP(Placement, TopologyAwareTouchesTheFewestLeafGroups, ()) {
  FabricPlan plan = test::fabric_plan(FabricKind::kFatTree);
  plan.nodes_per_leaf.value = *rc::gen::inRange(3, 6);
  const Fabric fabric =
      test::fabric_of(plan, test::fabric_instance(1, 1), *rc::gen::inRange(1, 24));
  const std::vector<int> free = any_free(fabric);
  const int nodes = *rc::gen::inRange(0, static_cast<int>(free.size()) + 1);
  const auto chosen = choose_nodes(fabric, free, nodes, PlacementPolicy::kTopologyAware, 1);
  RC_ASSERT(groups_of(fabric, chosen) == fewest_groups(fabric, free, nodes));
}

RC_GTEST_PROP(Placement, FillsEveryAcceleratorOfItsNodesAlike, (bool rail_aligned)) {
  const Fabric fabric = any_fabric();
  std::vector<int> nodes = any_free(fabric);
  const int per_accelerator = *rc::gen::inRange(1, 5);
  const int accelerators = fabric.accelerators_per_node();
  const int ranks = static_cast<int>(nodes.size()) * accelerators * per_accelerator;
  Placement placement = place_ranks(fabric, nodes, ranks, per_accelerator, rail_aligned);
  std::vector<Fabric::VertexId> expected;
  for (const int node : nodes) {
    for (int i = 0; i < accelerators * per_accelerator; ++i) {
      expected.push_back(fabric.accelerator(node, i / per_accelerator));
    }
  }
  std::sort(placement.accelerators.begin(), placement.accelerators.end());
  RC_ASSERT(placement.accelerators == expected);
}

}  // namespace
}  // namespace sextant
