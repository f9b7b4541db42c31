#include "sextant/network/collectives.h"

#include <algorithm>
#include <bit>

#include "sextant/kernel/assert.h"
#include "sextant/network/measured_collectives.h"

namespace sextant {

Seconds CollectiveTimer::half_all_reduce(Bytes bytes, GroupPlacement group) const {
  SEXTANT_ASSERT(group.ranks >= 1 && group.per_node >= 1, "group of {} ranks, {} per node",
                 group.ranks, group.per_node);
  if (group.ranks == 1) return Seconds(0);
  if (measured_) {
    record(CollectiveKind::kHalfAllReduce, bytes, group);
    return MeasuredCollectives(*measured_).half_all_reduce(bytes, group);
  }
  const double n = group.ranks;
  const Bytes crossing = bytes * ((n - 1.0) / n);
  const int nodes = group.nodes();
  if (nodes == 1) return crossing / node_.bandwidth + node_.latency * (n - 1.0);
  const BytesPerSecond wire = network_.bandwidth * static_cast<double>(group.per_node);
  const BytesPerSecond slower = group.per_node > 1 ? std::min(wire, node_.bandwidth) : wire;
  // Inside a node steps overlap with the next message; across nodes the depth of NCCL's trees, up
  // and down, bounds what a ring would pay.
  const int tree_levels = static_cast<int>(std::bit_width(static_cast<unsigned>(nodes - 1)));
  const double depth = std::min(nodes - 1, 2 * tree_levels);
  return crossing / slower + network_.latency * depth +
         node_.latency * static_cast<double>(group.per_node - 1);
}

Seconds CollectiveTimer::all_reduce(Bytes bytes, GroupPlacement group) const {
  if (measured_) {
    record(CollectiveKind::kAllReduce, bytes, group);
    return MeasuredCollectives(*measured_).all_reduce(bytes, group);
  }
  return 2.0 * half_all_reduce(bytes, group);
}

Seconds CollectiveTimer::all_to_all(Bytes bytes, GroupPlacement group) const {
  if (group.ranks == 1) return Seconds(0);
  if (measured_) {
    record(CollectiveKind::kAllToAll, bytes, group);
    return MeasuredCollectives(*measured_).all_to_all(bytes, group);
  }
  const double n = group.ranks;
  const double near = group.per_node;
  const Seconds inside = bytes * ((near - 1.0) / n) / node_.bandwidth;
  const Seconds messages = node_.latency * (n - 1.0);
  if (group.nodes() == 1) return inside + messages;
  const Seconds across = bytes * ((n - near) / n) / network_.bandwidth;
  return std::max(inside, across) + messages + network_.latency;
}

Seconds CollectiveTimer::point_to_point(Bytes bytes, bool same_node) const {
  if (measured_) {
    record(CollectiveKind::kMessage, bytes, {2, same_node ? 2 : 1});
    return MeasuredCollectives(*measured_).point_to_point(bytes, same_node);
  }
  const NetworkLevel& level = same_node ? node_ : network_;
  return bytes / level.bandwidth + level.latency;
}

}  // namespace sextant
