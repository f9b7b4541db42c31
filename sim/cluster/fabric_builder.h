#pragma once

#include <span>
#include <string>

#include "sextant/cluster/fabric.h"
#include "sim/cluster/node_shape.h"

namespace sextant {

/// Puts a fabric together: the nodes first, then switches and what joins them.
class FabricBuilder {
 public:
  using VertexId = Fabric::VertexId;

  FabricBuilder(const FabricPlan& plan, const NodeShape& shape, int nodes);

  /// A vertex outside the nodes.
  VertexId add(FabricRole role, int index);
  /// A pair of links; `lower` comes to stand below `upper`.
  void join(VertexId lower, VertexId upper, BytesPerSecond bandwidth, int cables = 1);
  /// Of all links of a vertex to lower ones so far.
  BytesPerSecond bandwidth_from_below(VertexId id) const;

  VertexId card(int node, int index) const { return fabric_.card(node, index); }
  int nodes() const { return fabric_.nodes(); }

  /// @param names of the vertices added last
  Fabric finish(std::vector<std::string> names) &&;

 private:
  VertexId add_vertex(FabricRole role, int index, int node);
  void add_node(int node, const NodeShape& shape);
  void add_shared_link_switches(const NodeShape& shape);

  Fabric fabric_;
  std::vector<BytesPerSecond> from_below_;  ///< by vertex
};

}  // namespace sextant
