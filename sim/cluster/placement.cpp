#include "sextant/cluster/placement.h"

#include <algorithm>
#include <map>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/random_stream.h"

namespace sextant {
namespace {

using Nodes = std::vector<int>;

/// Free nodes by leaf group, the fullest first; groups as full in their order.
std::vector<Nodes> by_leaf_group(const Fabric& fabric, const Nodes& free) {
  std::map<int, Nodes> groups;
  for (const int node : free) groups[fabric.leaf_group(node)].push_back(node);
  std::vector<Nodes> sorted;
  for (auto& [group, members] : groups) sorted.push_back(std::move(members));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Nodes& a, const Nodes& b) { return a.size() > b.size(); });
  return sorted;
}

/// Whole leaves, the fullest first, until the rest fits below one: then the tightest that holds it.
Nodes best_fit(const Fabric& fabric, const Nodes& free, std::size_t nodes) {
  std::vector<Nodes> groups = by_leaf_group(fabric, free);
  Nodes chosen;
  while (chosen.size() < nodes) {
    const std::size_t rest = nodes - chosen.size();
    auto best = groups.begin();
    for (auto it = groups.begin(); it != groups.end(); ++it) {
      if (it->size() >= rest && it->size() < best->size()) best = it;
    }
    const auto taken = static_cast<std::ptrdiff_t>(std::min(rest, best->size()));
    chosen.insert(chosen.end(), best->begin(), best->begin() + taken);
    groups.erase(best);
  }
  return chosen;
}

Nodes shuffled(Nodes nodes, std::uint64_t seed) {
  RandomStream stream(seed, "placement");
  for (std::size_t i = nodes.size(); i > 1; --i) {
    std::swap(nodes[i - 1], nodes[draw_index(stream, i)]);
  }
  return nodes;
}

Nodes first_of(Nodes nodes, std::size_t count) {
  nodes.resize(count);
  return nodes;
}

}  // namespace

std::vector<int> choose_nodes(const Fabric& fabric, const std::vector<int>& free, int nodes,
                              PlacementPolicy policy, std::uint64_t seed) {
  SEXTANT_ASSERT(nodes >= 0 && static_cast<std::size_t>(nodes) <= free.size(),
                 "{} nodes of {} free ones", nodes, free.size());
  const auto count = static_cast<std::size_t>(nodes);
  switch (policy) {
    case PlacementPolicy::kContiguous:
      break;
    case PlacementPolicy::kTopologyAware:
      return best_fit(fabric, free, count);
    case PlacementPolicy::kScattered:
      return first_of(shuffled(free, seed), count);
  }
  return first_of(free, count);
}

Placement place_ranks(const Fabric& fabric, const std::vector<int>& nodes, int ranks,
                      int ranks_per_accelerator, bool rail_aligned) {
  const int accelerators = fabric.accelerators_per_node();
  SEXTANT_ASSERT(ranks_per_accelerator >= 1, "{} ranks per accelerator", ranks_per_accelerator);
  const int per_node = accelerators * ranks_per_accelerator;
  SEXTANT_ASSERT(ranks <= static_cast<std::int64_t>(nodes.size()) * per_node,
                 "{} ranks do not fit on {} nodes", ranks, nodes.size());
  Placement placement;
  placement.accelerators.reserve(static_cast<std::size_t>(ranks));
  for (int rank = 0; rank < ranks; ++rank) {
    const int node = rank / per_node;
    const int turn = rail_aligned ? 0 : node;
    const int index = (rank % per_node / ranks_per_accelerator + turn) % accelerators;
    placement.accelerators.push_back(
        fabric.accelerator(nodes[static_cast<std::size_t>(node)], index));
  }
  return placement;
}

}  // namespace sextant
