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

class FabricRoutes;

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
    std::int32_t level = 0;    ///< longest way up to it, from an accelerator or a store
    float x = 0.0F, y = 0.0F;  ///< where it is drawn: x in nodes, y in levels
  };
  struct Link {
    VertexId from = 0, to = 0;
    BytesPerSecond capacity;
    int cables = 1;  ///< that it stands for
  };

  Fabric(Fabric&&) noexcept;
  Fabric& operator=(Fabric&&) noexcept;
  ~Fabric();

  const Vertex& vertex(VertexId id) const { return vertices_[static_cast<std::size_t>(id)]; }
  const Link& link(LinkId id) const { return links_[static_cast<std::size_t>(id)]; }
  std::int32_t vertices() const { return static_cast<std::int32_t>(vertices_.size()); }
  std::int32_t links() const { return static_cast<std::int32_t>(links_.size()); }
  int nodes() const { return nodes_; }
  int accelerators_per_node() const { return accelerators_per_node_; }
  int cards_per_node() const { return cards_per_node_; }
  PathChoice paths() const { return paths_; }

  VertexId accelerator(int node, int index) const;
  VertexId host(int node) const;  ///< where storage traffic of the node comes from
  VertexId storage() const;       ///< -1: there is none
  VertexId card(int node, int index) const;
  /// Nodes whose cards end on the same switches are of one group, numbered by their first node.
  int leaf_group(int node) const;
  int leaf_groups() const;

  /// "node 3, card 7", "leaf 12"; the plan's own name where it gave one.
  std::string name(VertexId id) const;
  /// "card to leaf", "leaf to spine": links of one kind.
  std::string tier(LinkId id) const;

  /// The way of a flow: up to the nearest vertices above both ends (fewest links; a link switch
  /// before a PCIe switch as near), and down. Sprayed, it is spread over all shortest paths, each
  /// cable alike; with PathChoice::kHash it takes one of them, by a hash of the ends and of `key`.
  /// A host's traffic starts down into its PCIe switches. No link twice; empty where `from` is
  /// `to`. Any thread may ask. Some 5 us between nodes of a large rail-optimised cluster.
  /// @pre they are connected: fabric_faults is empty; they are accelerators, hosts or stores
  Route route(VertexId from, VertexId to, std::uint64_t key = 0) const;
  /// Of different shortest paths between them, parallel cables counted once.
  int path_diversity(VertexId from, VertexId to) const;
  /// Least bandwidth, one direction, between two halves of the nodes, cut by their order: the
  /// largest flow over switches, up and down, from the first half to the second, limited by the
  /// cards of a half. Link domains that span the cut do not count. 0 for one node.
  BytesPerSecond bisection() const;
  /// Of leaves, spines and cores, in use. Where the plan gives the bandwidth of a port, slower
  /// cables share ports, switch by switch, as breakout cables do; else each cable is a port.
  int switch_ports() const;

 private:
  friend class FabricBuilder;
  Fabric();

  std::vector<Vertex> vertices_;          ///< node by node; then what belongs to none
  std::vector<Link> links_;               ///< in pairs: up, then down
  std::vector<std::string> names_;        ///< of an explicit graph's own vertices, which come last
  std::vector<std::int32_t> leaf_group_;  ///< by node
  int nodes_ = 0, accelerators_per_node_ = 0, cards_per_node_ = 0, vertices_per_node_ = 0;
  int first_card_ = 0;  ///< of a node's vertices; the host is the one before
  VertexId storage_ = -1;
  PathChoice paths_ = PathChoice::kSpray;
  BytesPerSecond port_bandwidth_;  ///< 0: each cable is a port
  std::unique_ptr<const FabricRoutes> routes_;
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
