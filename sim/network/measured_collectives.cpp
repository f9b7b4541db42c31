#include "sextant/network/measured_collectives.h"

#include <algorithm>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {

/// The buffer with which a group that has all ranks of its nodes would load the cards as much.
Bytes MeasuredCollectives::on_all_cards(Bytes bytes, GroupPlacement group) const {
  return bytes * (static_cast<double>(measured_.ranks_per_node) / group.per_node);
}

Seconds MeasuredCollectives::ring(const TransferCurve& step, Bytes bytes,
                                  GroupPlacement group) const {
  const double nodes = group.nodes();
  const double full = measured_.ranks_per_node;
  const Bytes chunk = bytes / static_cast<double>(group.ranks);
  const Seconds inside = std::min(measured_.node_ring.at(Bytes(0)), step.at(Bytes(0)));
  return step.at(chunk) * (nodes * full - 1.0) - inside * (nodes * (full - group.per_node));
}

Seconds MeasuredCollectives::tree(const TreeCoefficients& tree, Bytes bytes,
                                  GroupPlacement group) const {
  const Bytes buffer = on_all_cards(bytes, group);
  const double levels = portable_log(group.nodes()) / portable_log(2.0);
  const Seconds hop =
      tree.hop.value + std::min(buffer, tree.in_flight.value) / tree.bandwidth.value;
  return hop * (2.0 * levels) + buffer / tree.bandwidth.value;
}

Seconds MeasuredCollectives::half_all_reduce(Bytes bytes, GroupPlacement group) const {
  if (group.ranks == 1) return Seconds(0);
  if (group.nodes() > 1) return ring(measured_.ring, bytes, group);
  const double n = group.ranks;
  return measured_.node_ring.at(bytes / n) * (n - 1.0);
}

Seconds MeasuredCollectives::all_reduce(Bytes bytes, GroupPlacement group) const {
  if (group.ranks == 1) return Seconds(0);
  if (group.nodes() == 1) {
    const bool as_measured = group.ranks >= measured_.node_all_reduce_ranks;
    return as_measured ? measured_.node_all_reduce.at(bytes) : 2.0 * half_all_reduce(bytes, group);
  }
  if (group.nodes() == 2) return measured_.two_nodes.at(on_all_cards(bytes, group));
  return all_reduce(bytes, group, algorithm(bytes, group));
}

Seconds MeasuredCollectives::all_reduce(Bytes bytes, GroupPlacement group,
                                        CollectiveAlgorithm algorithm) const {
  switch (algorithm) {
    case CollectiveAlgorithm::kTree:
      return tree(measured_.tree, bytes, group);
    case CollectiveAlgorithm::kNvlsTree:
      SEXTANT_ASSERT(measured_.nvls_tree, "no NVLink SHARP here");
      return tree(*measured_.nvls_tree, bytes, group);
    case CollectiveAlgorithm::kRing:
      break;
  }
  return 2.0 * ring(measured_.all_reduce_ring, bytes, group);
}

CollectiveAlgorithm MeasuredCollectives::algorithm(Bytes bytes, GroupPlacement group) const {
  for (const TunerRegion& region : measured_.regions) {
    if (region.algorithm == CollectiveAlgorithm::kNvlsTree && !measured_.nvls_tree) continue;
    if (region.ranks_per_node == group.per_node && region.holds(bytes, group.ranks)) {
      return region.algorithm;
    }
  }
  CollectiveAlgorithm best = CollectiveAlgorithm::kRing;
  for (const CollectiveAlgorithm other :
       {CollectiveAlgorithm::kTree, CollectiveAlgorithm::kNvlsTree}) {
    if (other == CollectiveAlgorithm::kNvlsTree && !measured_.nvls_tree) continue;
    if (all_reduce(bytes, group, other) < all_reduce(bytes, group, best)) best = other;
  }
  return best;
}

Seconds MeasuredCollectives::all_to_all(Bytes bytes, GroupPlacement group) const {
  if (group.ranks == 1) return Seconds(0);
  const Bytes share = bytes / static_cast<double>(group.ranks);
  const Seconds inside = measured_.node_all_to_all.at(share) * (group.per_node - 1.0);
  if (group.nodes() == 1) return measured_.node_all_to_all.at(share) * (group.ranks - 1.0);
  const double away = group.ranks - group.per_node;
  const double beyond = 1.0 - 2.0 / group.nodes();
  const double slower = 1.0 + measured_.all_to_all_congestion * beyond;
  return std::max(inside, measured_.all_to_all.at(share) * (away * slower));
}

Seconds MeasuredCollectives::point_to_point(Bytes bytes, bool same_node) const {
  return same_node ? measured_.node_ring.at(bytes) : measured_.message.at(bytes);
}

bool TunerRegion::holds(Bytes bytes, int ranks) const {
  const auto place = [](double value) { return value > 0.0 ? portable_log(value) : 0.0; };
  const double x = place(bytes.si());
  const double y = place(ranks);
  constexpr double kOnEdge = 1e-9;
  bool inside = false;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const auto& from = vertices[i];
    const auto& to = vertices[(i + 1) % vertices.size()];
    const double x1 = place(from[0]), y1 = place(from[1]);
    const double x2 = place(to[0]), y2 = place(to[1]);
    const double cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    const bool between = x >= std::min(x1, x2) - kOnEdge && x <= std::max(x1, x2) + kOnEdge &&
                         y >= std::min(y1, y2) - kOnEdge && y <= std::max(y1, y2) + kOnEdge;
    if (between && cross > -kOnEdge && cross < kOnEdge) return true;
    if ((y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

}  // namespace sextant
