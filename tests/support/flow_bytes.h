#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/network/flow_problem.h"

namespace sextant::fixtures {

/// Bytes of a pattern on all links of a kind: "card to leaf".
inline std::map<std::string, double> bytes_by_tier(const Fabric& fabric,
                                                   const TransferPattern& pattern) {
  std::map<std::string, double> bytes;
  for (const FlowLoad& load : pattern.loads) {
    bytes[fabric.tier(load.link)] += load.flows * pattern.bytes;
  }
  return bytes;
}

/// Into an accelerator, or out of it, over all its links.
inline double bytes_into(const Fabric& fabric, const TransferPattern& pattern,
                         Fabric::VertexId id) {
  double bytes = 0.0;
  for (const FlowLoad& load : pattern.loads) {
    if (fabric.link(load.link).to == id) bytes += load.flows * pattern.bytes;
  }
  return bytes;
}

inline double bytes_out_of(const Fabric& fabric, const TransferPattern& pattern,
                           Fabric::VertexId id) {
  double bytes = 0.0;
  for (const FlowLoad& load : pattern.loads) {
    if (fabric.link(load.link).from == id) bytes += load.flows * pattern.bytes;
  }
  return bytes;
}

/// On the busiest link of a kind.
inline double most_bytes(const Fabric& fabric, const TransferPattern& pattern,
                         const std::string& tier) {
  double most = 0.0;
  for (const FlowLoad& load : pattern.loads) {
    if (fabric.tier(load.link) == tier) most = std::max(most, load.flows * pattern.bytes);
  }
  return most;
}

/// All accelerators of some nodes, node by node.
inline std::vector<Fabric::VertexId> ranks_on(const Fabric& fabric, const std::vector<int>& nodes) {
  std::vector<Fabric::VertexId> ranks;
  for (const int node : nodes) {
    for (int i = 0; i < fabric.accelerators_per_node(); ++i) {
      ranks.push_back(fabric.accelerator(node, i));
    }
  }
  return ranks;
}

}  // namespace sextant::fixtures
