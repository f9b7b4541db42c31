#pragma once

#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/network/flow_problem.h"

namespace sextant {

/// Flows from accelerator to accelerator, and on single links, which become the loads of a pattern.
/// Equal edges are routed once.
class FlowEdges {
 public:
  explicit FlowEdges(const Fabric& fabric) : fabric_(fabric) {}

  /// So many flows along the way that the fabric has between the two.
  void add(Fabric::VertexId from, Fabric::VertexId to, double flows);
  void add(Fabric::LinkId link, double flows) { loads_.push_back({link, flows}); }

  /// A pattern of flows of `bytes` each; nothing is left here.
  TransferPattern pattern(double bytes);

 private:
  struct Edge {
    Fabric::VertexId from = 0, to = 0;
    double flows = 0.0;
  };

  void sum_edges();
  void load(const Edge& edge);
  void sum_loads();

  const Fabric& fabric_;
  std::vector<Edge> edges_;
  std::vector<FlowLoad> loads_;
};

}  // namespace sextant
