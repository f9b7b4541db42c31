#include "sextant/network/collectives.h"

#include <algorithm>
#include <bit>

#include "sextant/kernel/assert.h"
#include "sextant/network/measured_collectives.h"

namespace sextant {

Seconds CollectiveTimer::half_all_reduce(Bytes bytes, GroupPlacement group) const {
  SEXTANT_ASSERT(group.ranks >= 1 && group.per_node >= 1, "group of {} ranks, {} per node",
                 group.ranks, group.per_node);
  if (group.ranks == 1 || bytes <= Bytes(0)) return Seconds(0);
  if (measured_) {
    record(CollectiveKind::kHalfAllReduce, bytes, group);
    return cost_ * MeasuredCollectives(*measured_).half_all_reduce(bytes, group);
  }
  const double n = group.ranks;
  const Bytes crossing = bytes * ((n - 1.0) / n);
  const int nodes = group.nodes();
  if (nodes == 1) return cost_ * (crossing / node_.bandwidth + node_.latency * (n - 1.0));
  const BytesPerSecond wire = network_.bandwidth * static_cast<double>(group.per_node);
  const BytesPerSecond slower = group.per_node > 1 ? std::min(wire, node_.bandwidth) : wire;
  return cost_ * (crossing / slower + network_.latency * (n - 1.0));
}

Seconds CollectiveTimer::all_reduce(Bytes bytes, GroupPlacement group) const {
  if (group.ranks == 1 || bytes <= Bytes(0)) return Seconds(0);
  if (measured_) {
    record(CollectiveKind::kAllReduce, bytes, group);
    return cost_ * MeasuredCollectives(*measured_).all_reduce(bytes, group);
  }
  const Seconds ring = 2.0 * half_all_reduce(bytes, group);
  return group.nodes() == 1 ? ring : std::min(ring, tree(bytes, group));
}

/// Every card sends and receives the buffer once up and once down; a hop is a step of a ring across
/// nodes and one through the chain of the node's ranks, which the next message's steps hide.
Seconds CollectiveTimer::tree(Bytes bytes, GroupPlacement group) const {
  const int levels = static_cast<int>(std::bit_width(static_cast<unsigned>(group.nodes() - 1)));
  const BytesPerSecond wire = network_.bandwidth * static_cast<double>(group.per_node);
  const BytesPerSecond slower = group.per_node > 1 ? std::min(wire, node_.bandwidth) : wire;
  const Seconds chain = node_.latency * static_cast<double>(group.per_node - 1);
  const Seconds hops = (2.0 * network_.latency) * static_cast<double>(levels) + chain;
  return (2.0 * cost_) * (bytes / slower + hops);
}

Seconds CollectiveTimer::all_to_all(Bytes bytes, GroupPlacement group) const {
  if (group.ranks == 1 || bytes <= Bytes(0)) return Seconds(0);
  if (measured_) {
    record(CollectiveKind::kAllToAll, bytes, group);
    return cost_ * MeasuredCollectives(*measured_).all_to_all(bytes, group);
  }
  const double n = group.ranks;
  const double near = group.per_node;
  const Seconds inside = bytes * ((near - 1.0) / n) / node_.bandwidth;
  const Seconds messages = node_.latency * (n - 1.0);
  if (group.nodes() == 1) return cost_ * (inside + messages);
  const Seconds across = bytes * ((n - near) / n) / network_.bandwidth;
  return cost_ * (std::max(inside, across) + messages + network_.latency);
}

Seconds CollectiveTimer::point_to_point(Bytes bytes, bool same_node) const {
  if (measured_) {
    record(CollectiveKind::kMessage, bytes, {2, same_node ? 2 : 1});
    return cost_ * MeasuredCollectives(*measured_).point_to_point(bytes, same_node);
  }
  const NetworkLevel& level = same_node ? node_ : network_;
  return cost_ * (bytes / level.bandwidth + level.latency);
}

}  // namespace sextant
