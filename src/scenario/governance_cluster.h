#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/fleet/fleet_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/governance/admission_policy.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/platform.h"
#include "sextant/ledger/purchase.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"
#include "src/scenario/network_plan.h"

namespace sextant::scenario {

/// A level of the topology: domains of so many nodes, next to each other.
struct TopologyLevelPlan {
  std::string name;
  int nodes = 1;
};

template <class Archive>
void visit(Archive& a, TopologyLevelPlan& s) {
  a.object("topology_level", "Domains of so many nodes, next to each other.");
  a.field("name", s.name, {.doc = "Name, e.g. block or rack", .required = true});
  a.field("nodes", s.nodes, {.doc = "Nodes in one domain", .min = 1, .max = 1e6, .required = true});
}

/// Some nodes whose accelerators are divided: into MIG instances, or shared in time. They are a
/// flavor of their own.
struct PartitionPlan {
  std::string profile;           ///< "1g.10gb" …
  std::optional<int> shared_by;  ///< … or so many containers on one accelerator
  int nodes = 1;
  std::string name;  ///< of their flavor; empty: that of the nodes, "-mig-" and the profile
};

template <class Archive>
void visit(Archive& a, PartitionPlan& s) {
  a.object("partition", "Nodes whose accelerators are divided: a flavor of their own.");
  a.field("profile", s.profile, {.doc = "MIG profile, e.g. 1g.10gb; or give shared_by"});
  a.field("shared_by", s.shared_by,
          {.doc = "Containers that share one accelerator in time", .min = 2, .max = 1000});
  a.field("nodes", s.nodes,
          {.doc = "So many, the last ones of the flavor", .min = 1, .max = 1e6, .required = true});
  a.field("name", s.name,
          {.doc = "Name of their flavor; empty: the nodes' flavor and the kind of division"});
}

/// Nodes of one kind.
struct FlavorPlan {
  std::string name;  ///< in the policy; empty: the instance's
  io::CatalogueItem<Instance> instance;
  /// Absent in the file: the entry that the instance names; absent afterwards: it has none.
  std::optional<io::CatalogueItem<Accelerator>> accelerator;
  int nodes = 1;
  std::vector<TopologyLevelPlan> topology;
  std::vector<PartitionPlan> partitions;
  std::optional<io::CatalogueItem<FailureProfile>> failures;
  Recovery recovery;
  FleetPlan fleet;
  Purchase purchase;
  /// That its nodes hang on, spares last; its placement is not used: the simulation has that.
  std::optional<NetworkPlan> network;

  const std::string& title() const { return name.empty() ? instance->name : name; }
  /// Whole ones; the others are in `partitions`.
  int whole_nodes() const {
    int whole = nodes;
    for (const PartitionPlan& partition : partitions) whole -= partition.nodes;
    return whole;
  }
  /// Below the fabric: those of the flavor and its spares.
  int connected_nodes() const { return nodes + fleet.spares; }
};

template <class Archive>
void visit(Archive& a, FlavorPlan& s) {
  a.object("flavor", "Nodes of one kind.");
  a.field("name", s.name, {.doc = "Name in the policy; empty: the instance's"});
  a.field("instance", s.instance, {.doc = "What each node is", .required = true});
  a.field("accelerator", s.accelerator, {.doc = "Its accelerators; absent: as the instance says"});
  a.field("nodes", s.nodes,
          {.doc = "Nodes, without spares", .min = 1, .max = 1e6, .required = true});
  a.field("topology", s.topology,
          {.doc = "Its levels from the outside in, without the nodes; empty: none is known"});
  a.field("partitions", s.partitions, {.doc = "Nodes whose accelerators are divided"});
  a.field("failures", s.failures, {.doc = "How often nodes fail; absent: never"});
  a.field("recovery", s.recovery, {.doc = "What follows a failure"});
  a.field("fleet", s.fleet, {.doc = "Spares, and the age of the nodes at the start"});
  a.field("purchase", s.purchase, {.doc = "How the nodes are bought"});
  a.field("network", s.network,
          {.doc = "The fabric between its nodes, its spares and those of jobs beside, in this "
                  "order, for --network flow; jobs stand where the simulation puts them; absent: "
                  "it never limits"});
}

/// Nodes that are there for a time only: a training plan, spot capacity.
struct WindowPlan {
  std::string flavor;
  int nodes = 1;
  std::optional<int> first_node;
  Seconds from{0};
  std::optional<Seconds> to;
  std::string queue;
  Seconds notice{0};
};

template <class Archive>
void visit(Archive& a, WindowPlan& s) {
  a.object("window", "Nodes that are there for a time only: a training plan, spot capacity.");
  a.field("flavor", s.flavor, {.doc = "Of which flavor; empty: of the only one"});
  a.field("nodes", s.nodes, {.doc = "How many", .min = 1, .max = 1e6, .required = true});
  a.field(
      "first_node", s.first_node,
      {.doc = "Number of the first, from 0; absent: they are the flavor's last ones", .min = 0});
  a.field("from", s.from, {.doc = "They are away before", .min = 0});
  a.field("to", s.to, {.doc = "They are away from then on; absent: never", .min = 0});
  a.field("queue", s.queue,
          {.doc = "Whose nominal quota they raise meanwhile: a team, a queue or a cohort; empty: "
                  "nobody's"});
  a.field("notice", s.notice,
          {.doc = "Time before the end at which their jobs are told to save and go", .min = 0});
}

/// Nodes that break at a given time.
struct OutagePlan {
  std::string flavor;
  int nodes = 1;
  int first_node = 0;
  Seconds from{0};
  std::optional<Seconds> to;
};

template <class Archive>
void visit(Archive& a, OutagePlan& s) {
  a.object("outage", "Nodes that break at a given time.");
  a.field("flavor", s.flavor, {.doc = "Of which flavor; empty: of the only one"});
  a.field("nodes", s.nodes, {.doc = "How many", .min = 1, .max = 1e6, .required = true});
  a.field("first_node", s.first_node, {.doc = "Number of the first, from 0", .min = 0});
  a.field("from", s.from, {.doc = "When they break", .min = 0, .required = true});
  a.field("to", s.to, {.doc = "When they are back; absent: never", .min = 0});
}

/// What many teams share.
struct GovernanceCluster {
  std::vector<FlavorPlan> flavors;
  std::vector<WindowPlan> windows;
  std::vector<OutagePlan> outages;
  std::optional<io::CatalogueItem<Region>> region;
  std::string grid_factors;  ///< empty: the region's first
  std::optional<io::CatalogueItem<PriceList>> prices;
  Platform platform;
};

template <class Archive>
void visit(Archive& a, GovernanceCluster& s) {
  a.object("governed_cluster", "What many teams share.");
  a.field("flavors", s.flavors, {.doc = "Its nodes, by kind", .required = true});
  a.field("windows", s.windows, {.doc = "Nodes of them that are there for a time only"});
  a.field("outages", s.outages, {.doc = "Nodes of them that break at a given time"});
  a.field("region", s.region,
          {.doc = "Where it stands; absent: no energy, emissions or cost is shown back"});
  a.field("grid_factors", s.grid_factors,
          {.doc = "Set of the region's location-based factors; empty: its first"});
  a.field("prices", s.prices, {.doc = "Price list; absent: no cost is shown back"});
  a.field("platform", s.platform, {.doc = "What the nodes run under: price list and rules"});
}

}  // namespace sextant::scenario
