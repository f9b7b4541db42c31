#include "sim/cluster/fabric_builder.h"

#include <utility>

#include "sim/cluster/fabric_layout.h"
#include "sim/cluster/fabric_routes.h"

namespace sextant {

FabricBuilder::FabricBuilder(const FabricPlan& plan, const NodeShape& shape, int nodes) {
  fabric_.nodes_ = nodes;
  fabric_.accelerators_per_node_ = shape.accelerators;
  fabric_.cards_per_node_ = shape.cards;
  fabric_.vertices_per_node_ = shape.vertices();
  fabric_.first_card_ = shape.first_card();
  fabric_.paths_ = plan.paths;
  if (plan.port_bandwidth) fabric_.port_bandwidth_ = plan.port_bandwidth->value;
  for (int node = 0; node < nodes; ++node) add_node(node, shape);
  if (shape.link_switches == 0) add_shared_link_switches(shape);
}

FabricBuilder::VertexId FabricBuilder::add_vertex(FabricRole role, int index, int node) {
  const VertexId id = fabric_.vertices();
  fabric_.vertices_.push_back({.role = role, .node = node, .index = index});
  from_below_.emplace_back(0.0);
  return id;
}

FabricBuilder::VertexId FabricBuilder::add(FabricRole role, int index) {
  const VertexId id = add_vertex(role, index, -1);
  if (role == FabricRole::kStorage && fabric_.storage_ < 0) fabric_.storage_ = id;
  return id;
}

void FabricBuilder::join(VertexId lower, VertexId upper, BytesPerSecond bandwidth, int cables) {
  fabric_.links_.push_back({lower, upper, bandwidth, cables});
  fabric_.links_.push_back({upper, lower, bandwidth, cables});
  from_below_[static_cast<std::size_t>(upper)] += bandwidth;
}

BytesPerSecond FabricBuilder::bandwidth_from_below(VertexId id) const {
  return from_below_[static_cast<std::size_t>(id)];
}

void FabricBuilder::add_node(int node, const NodeShape& shape) {
  const VertexId first = fabric_.vertices();
  const auto add_all = [&](FabricRole role, int count) {
    for (int i = 0; i < count; ++i) add_vertex(role, i, node);
  };
  add_all(FabricRole::kAccelerator, shape.accelerators);
  add_all(FabricRole::kPcieSwitch, shape.pcie_switches);
  add_all(FabricRole::kHost, 1);
  add_all(FabricRole::kCard, shape.cards);
  add_all(FabricRole::kLinkSwitch, shape.link_switches);
  const auto pcie_switch = [&](int index, int of) {
    return first + shape.accelerators + index * shape.pcie_switches / of;
  };
  for (int i = 0; i < shape.accelerators; ++i) {
    join(first + i, pcie_switch(i, shape.accelerators), shape.lane);
    if (shape.link_switches == 0) continue;
    const int per_switch = (shape.accelerators + shape.link_switches - 1) / shape.link_switches;
    join(first + i, first + shape.first_link_switch() + i / per_switch, shape.link);
  }
  for (int i = 0; i < shape.pcie_switches; ++i) {
    join(pcie_switch(i, shape.pcie_switches), first + shape.host(), shape.host_link);
  }
  for (int i = 0; i < shape.cards; ++i) {
    join(pcie_switch(i, shape.cards), first + shape.first_card() + i, shape.card);
  }
}

void FabricBuilder::add_shared_link_switches(const NodeShape& shape) {
  VertexId current = -1;
  for (int node = 0; node < nodes(); ++node) {
    if (node % shape.nodes_per_domain == 0) {
      current = add(FabricRole::kLinkSwitch, node / shape.nodes_per_domain);
    }
    for (int i = 0; i < shape.accelerators; ++i) {
      join(fabric_.accelerator(node, i), current, shape.link);
    }
  }
}

Fabric FabricBuilder::finish(std::vector<std::string> names) && {
  fabric_.names_ = std::move(names);
  lay_out(fabric_.vertices_, fabric_.links_, fabric_.nodes_);
  fabric_.leaf_group_ = leaf_groups(fabric_.vertices_, fabric_.links_, fabric_.nodes_);
  fabric_.routes_ = std::make_unique<const FabricRoutes>(fabric_.vertices_, fabric_.links_);
  return std::move(fabric_);
}

}  // namespace sextant
