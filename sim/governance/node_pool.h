#pragma once

#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sextant/fleet/fleet.h"
#include "sextant/governance/governance.h"
#include "sim/governance/governed_job.h"

namespace sextant {

/// The nodes of one flavor. Those that jobs share, or take for a while, are held by one tenant of
/// the fleet, the pool; training jobs take nodes of their own from the same fleet.
///
/// A pod goes to the fullest node that has room for it, and to an empty node when none has. It
/// stays until it is released or its node is lost.
class NodePool {
 public:
  struct Setup {
    const AdmissionPolicy& policy;  ///< outlives the pool, as does the next
    const FlavorSupply& supply;
    FlavorIndex flavor{};
    ReplicaKey key;
    bool outages = false;
    std::function<void(NodeIndex, bool there)> on_change;
    /// Pods on these nodes are lost, or (`crashed`) must start again; noticed after so long.
    std::function<void(const std::vector<NodeIndex>& nodes, bool crashed, Seconds detection)>
        on_hit;
  };

  /// Free capacity of the nodes that the pool holds goes to `units`, and what the fleet reports of
  /// its nodes to `nodes`.
  NodePool(Simulation& simulation, const Setup& setup, UsageSink& units, UsageSink& nodes);

  /// Becomes the fleet's tenant. Begins before anybody asks for nodes.
  void start() { simulation_.start(mind()); }

  Fleet& fleet() { return fleet_; }
  const FailureProfile& failures() const { return failures_; }
  double rate_factor() const { return rate_factor_; }
  /// Thousandths of the flavor's unit on one node.
  std::int64_t node_units() const { return node_units_; }
  /// Thousandths of the flavor's unit that a pod takes.
  std::int64_t units_of(const std::vector<ResourceAmount>& per_pod) const;

  /// Places so many pods, on the given nodes first, or none of them; appends where they went.
  bool place(int podset, const PodSet& pods, int count, const std::vector<PodsOnNode>& wanted,
             std::vector<PlacedPods>& placed);
  /// `announced`: those who wait for a node hear of it.
  void release(const PlacedPods& pods, const PodSet& what, bool announced = true);
  /// Whether the pool holds the node.
  bool holds(NodeIndex node) const { return at(node).held; }
  /// Nothing more is placed on the node.
  void close(NodeIndex node, bool closed);

  /// Reports usage up to now.
  void report();

 private:
  struct Node {
    bool held = false;
    bool closed = false;
    int pods = 0;
    std::vector<Amount> free;  ///< by resource of the policy
  };

  Process mind();
  void lose(const std::vector<NodeIndex>& nodes);
  bool take(NodeIndex node);
  std::optional<NodeIndex> find(const PodSet& pods);
  int room(NodeIndex node, const PodSet& pods) const;
  void put(NodeIndex node, const PodSet& what, int pods);
  void give_back_if_empty(NodeIndex node, bool announced);
  std::optional<NodeIndex> take_any();
  void hold(NodeIndex node);
  Amount key_of(NodeIndex node) const;
  void change_free(std::int64_t by);

  Node& at(NodeIndex node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Node& at(NodeIndex node) const { return nodes_[static_cast<std::size_t>(node)]; }

  Simulation& simulation_;
  FlavorIndex flavor_;
  FailureProfile failures_;
  const FlavorSupply& supply_;
  std::vector<Amount> capacity_;  ///< of a node, by resource
  std::int64_t node_units_ = 0;
  double rate_factor_;
  UsageSink& usage_;
  Fleet fleet_;
  TenancyIndex tenancy_{};
  std::function<void(const std::vector<NodeIndex>&, bool, Seconds)> on_hit_;
  std::vector<Node> nodes_;
  /// Nodes that are held, not closed and not full, by what is free of the unit's resource.
  std::set<std::pair<Amount, NodeIndex>> open_;
  std::int64_t free_units_ = 0;  ///< on held nodes
  SimTime reported_until_;
};

}  // namespace sextant
