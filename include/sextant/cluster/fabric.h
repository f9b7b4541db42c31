#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sextant/cluster/accelerator.h"
#include "sextant/cluster/fabric_plan.h"
#include "sextant/cluster/instance.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// A directed link of a fabric that a flow crosses, and the share of the flow that does: below one
/// where its packets take several paths.
struct RouteShare {
  std::int32_t link = 0;
  double share = 1.0;
};

/// The links that a flow crosses, from its source to its destination.
using Route = std::vector<RouteShare>;

/// A cluster's network as a directed graph (Boost.Graph inside): accelerators, what joins them in a
/// node, cards, switches. Links come in pairs, one each way. The graph has levels: every link goes
/// from a lower vertex to an upper one or back, and no chain of upward links comes back to where it
/// began, so a flow goes up to the nearest vertices above both ends and down again.
class Fabric {
 public:
  using VertexId = std::int32_t;
  using LinkId = std::int32_t;

  struct Vertex {
    FabricRole role = FabricRole::kAccelerator;
    std::int32_t node = -1;    ///< of the cluster; -1: no part of a node
    std::int32_t index = 0;    ///< among those of its role in the node, or in the fabric
    std::int32_t level = 0;    ///< longest way up from an accelerator or a store
    float x = 0.0F, y = 0.0F;  ///< where it is drawn: x in nodes, y in levels
  };
  struct Link {
    VertexId from = 0, to = 0;
    BytesPerSecond capacity;
    int cables = 1;  ///< that it stands for
  };

  const Vertex& vertex(VertexId id) const { return vertices_[static_cast<std::size_t>(id)]; }
  const Link& link(LinkId id) const { return links_[static_cast<std::size_t>(id)]; }
  std::int32_t vertices() const { return static_cast<std::int32_t>(vertices_.size()); }
  std::int32_t links() const { return static_cast<std::int32_t>(links_.size()); }
  int nodes() const { return nodes_; }
  int accelerators_per_node() const { return accelerators_per_node_; }
  int cards_per_node() const { return cards_per_node_; }

  VertexId accelerator(int node, int index) const;
  VertexId host(int node) const;  ///< where storage traffic of the node comes from
  VertexId storage() const;       ///< -1: there is none
  /// Nodes in the order of the leaves above them, and which leaf (group) each hangs below.
  int leaf_group(int node) const;
  int leaf_groups() const;

  /// "node 3, card 7", "leaf 12"; the plan's own name where it gave one.
  std::string name(VertexId id) const;
  /// "card to leaf", "leaf to spine": links of one kind.
  std::string tier(LinkId id) const;

  /// The way of a flow. With PathChoice::kHash, `key` decides between equal paths.
  /// Empty where `from` is `to`. @pre they are connected: fabric_faults is empty
  Route route(VertexId from, VertexId to, std::uint64_t key = 0) const;
  /// Of different shortest paths between them.
  int path_diversity(VertexId from, VertexId to) const;
  /// Least bandwidth, one direction, between two halves of the nodes, cut by their order: what all
  /// links over the cut carry, limited by the cards of a half.
  BytesPerSecond bisection() const;
  int switch_ports() const;  ///< of leaves, spines and cores, in use

 private:
  friend class FabricBuilder;
  struct Ways;  ///< what routing remembers
  std::vector<Vertex> vertices_;
  std::vector<Link> links_;
  std::vector<std::string> names_;  ///< of an explicit graph's own vertices
  int nodes_ = 0, accelerators_per_node_ = 0, cards_per_node_ = 0;
  PathChoice paths_ = PathChoice::kSpray;
  std::shared_ptr<Ways> ways_;
};

/// Why the plan is no fabric for so many such nodes, in words, one entry per reason: a card that no
/// leaf reaches, a link without bandwidth, switches in a circle, an unknown name. Empty: it is one.
std::vector<std::string> fabric_faults(const FabricPlan& plan, const Instance& instance,
                                       const Accelerator& accelerator, int nodes);

/// The fabric of `nodes` such nodes. Capacities are line rates: of the instance's cards, of the
/// accelerator's links.
/// @pre fabric_faults is empty
Fabric make_fabric(const FabricPlan& plan, const Instance& instance, const Accelerator& accelerator,
                   int nodes);

}  // namespace sextant
