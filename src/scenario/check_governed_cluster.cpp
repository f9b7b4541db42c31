#include <fmt/format.h>

#include <set>

#include "sextant/cluster/fabric.h"
#include "src/io/nearest_name.h"
#include "src/scenario/check_governance.h"
#include "src/scenario/check_reliability.h"
#include "src/scenario/governance_nodes.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private PlacedChecks {
 public:
  Checks(const GovernanceScenario& scenario, const io::PlaceMap& places,
         io::Diagnostics& diagnostics)
      : PlacedChecks(places, diagnostics), s_(scenario), cluster_(scenario.cluster) {}

  void run() {
    if (s_.schema != kGovernanceSchema) {
      error(s_.schema, fmt::format("found \"{}\", expected \"{}\"", s_.schema, kGovernanceSchema));
    }
    if (cluster_.flavors.empty())
      error(cluster_.flavors, "found no flavors, expected at least one");
    for (const FlavorPlan& plan : cluster_.flavors) flavor(plan);
    names_once();
    platform();
    prices();
    grid_factors();
  }

 private:
  void flavor(const FlavorPlan& plan);
  void purchase(const Purchase& purchase);
  void platform();
  template <class T>
  void unused(const std::optional<T>& member, const char* what, const char* help);
  void partitions(const FlavorPlan& plan);
  void topology(const FlavorPlan& plan);
  void network(const FlavorPlan& plan);
  int other_jobs(const NetworkPlan& network);
  void names_once();
  void prices();
  void price_of(const FlavorPlan& plan);
  void grid_factors();

  const GovernanceScenario& s_;
  const GovernanceCluster& cluster_;
};

void Checks::flavor(const FlavorPlan& plan) {
  if (plan.instance->accelerators == 0 && !plan.instance->host) {
    error(plan.instance, fmt::format("found {}, which has no accelerators and no known processors",
                                     plan.instance->name));
  }
  if (plan.fleet.spares_for) {
    error(plan.fleet.spares_for, "found a share of runs to rent spares for, expected their number")
        .help = "\"spares\": 2";
  }
  purchase(plan.purchase);
  partitions(plan);
  topology(plan);
  if (plan.network) network(plan);
  check_reliability(Reliability{plan.failures ? &**plan.failures : nullptr, plan.recovery,
                                plan.fleet, plan.purchase},
                    places_, diagnostics_);
}

/// What plan's scenarios have and these do not.
template <class T>
void Checks::unused(const std::optional<T>& member, const char* what, const char* help) {
  if (!member) return;
  error(member, fmt::format("found {}, which governed clusters do not have", what)).help = help;
}

/// Nodes are paid for as long as the simulation lasts.
void Checks::purchase(const Purchase& purchase) {
  constexpr const char* kWindows = "\"windows\" of the cluster say when nodes are there";
  unused(purchase.days, "a number of days", kWindows);
  unused(purchase.gap, "a wait for the next booking", kWindows);
  unused(purchase.quota, "limits of bookings", kWindows);
  unused(purchase.unused, "what becomes of an unused term",
         "nodes are paid for as long as the simulation lasts");
  if (purchase.price && !(cluster_.prices && cluster_.region)) {
    error(purchase.price, "found a price, expected a price list and a region besides");
  }
}

void Checks::platform() {
  constexpr const char* kPlan = "a training run has it in its own scenario";
  unused(cluster_.platform.profiler, "a profiler", kPlan);
  unused(cluster_.platform.training_job, "limits of training jobs", kPlan);
}

void Checks::partitions(const FlavorPlan& plan) {
  for (const PartitionPlan& partition : plan.partitions) {
    if (!plan.accelerator) {
      note(error(partition.nodes, "found partitions, expected accelerators to divide"),
           plan.instance, "the instance has none");
      return;
    }
    if (partition.profile.empty() == !partition.shared_by) {
      error(partition, "found neither or both of \"profile\" and \"shared_by\", expected one");
    }
    const Bytes memory = (*plan.accelerator)->memory.value;
    if (!partition.profile.empty() && !mig_instances(partition.profile, memory)) {
      error(partition.profile, fmt::format("found \"{}\", expected a MIG profile of {}",
                                           partition.profile, (*plan.accelerator)->title))
          .help = "compute slices and memory, such as \"1g.10gb\"";
    }
  }
  if (plan.whole_nodes() < 0) {
    note(error(plan.partitions, fmt::format("found {} divided nodes, more than there are",
                                            plan.nodes - plan.whole_nodes())),
         plan.nodes, fmt::format("{} nodes", plan.nodes));
  }
}

void Checks::topology(const FlavorPlan& plan) {
  const TopologyLevelPlan* outer = nullptr;
  for (const TopologyLevelPlan& level : plan.topology) {
    if (level.name == "node") {
      error(level.name, "found level \"node\", expected the levels above the nodes only");
    }
    if (outer && level.nodes > outer->nodes) {
      note(error(level.nodes, fmt::format("found domains of {} nodes within smaller ones, expected "
                                          "the levels from the outside in",
                                          level.nodes)),
           outer->nodes, fmt::format("{} nodes", outer->nodes));
    } else if (outer && outer->nodes % level.nodes != 0) {
      note(error(level.nodes, fmt::format("found domains of {} nodes, expected a divisor of the "
                                          "level outside",
                                          level.nodes)),
           outer->nodes, fmt::format("{} nodes", outer->nodes));
    }
    outer = &level;
  }
}

void Checks::network(const FlavorPlan& plan) {
  const NetworkPlan& network = *plan.network;
  if (!plan.accelerator) {
    note(error(plan.network, "found a network, expected accelerators on its nodes"), plan.instance,
         "the instance has none");
    return;
  }
  if (network.placement != PlacementPolicy::kContiguous) {
    error(network.placement,
          fmt::format("found \"{}\", expected no placement: jobs stand where the simulation puts "
                      "them",
                      enum_name(network.placement)))
        .help = "--placements compares policies";
  }
  const int others = other_jobs(network);
  const int least = plan.connected_nodes() + others;
  const int nodes = network.nodes.value_or(least);
  if (nodes < least) {
    note(error(network.nodes,
               fmt::format("found a fabric of {} nodes, expected at least {}: those of the flavor, "
                           "its spares and the nodes of other jobs",
                           nodes, least)),
         plan.nodes, fmt::format("{} nodes", plan.nodes));
    return;
  }
  for (const std::string& fault :
       fabric_faults(*network.fabric, *plan.instance, **plan.accelerator, nodes)) {
    error(network.fabric, fault);
  }
}

/// Nodes of jobs that are no part of the simulation. A ring needs two.
int Checks::other_jobs(const NetworkPlan& network) {
  int nodes = 0;
  for (const BackgroundPlan& background : network.background) {
    if (background.kind != BackgroundKind::kJob) {
      error(background.kind,
            fmt::format("found \"{}\", expected \"job\": on a governed cluster others' jobs only",
                        enum_name(background.kind)))
          .help = "a training run has its checkpoints and data in its own scenario";
    } else if (background.nodes < 2) {
      error(background.nodes,
            fmt::format("found another job on {} nodes, expected at least 2", background.nodes));
    }
    nodes += background.nodes;
  }
  return nodes;
}

void Checks::names_once() {
  std::set<std::string> seen;
  for (const NodeKind& kind : node_kinds(cluster_)) {
    if (seen.insert(kind.name).second) continue;
    const std::string message = fmt::format("found two flavors called \"{}\"", kind.name);
    (kind.partition ? error(*kind.partition, message) : error(*kind.flavor, message)).help =
        "give one of them a \"name\"";
  }
}

void Checks::prices() {
  if (!cluster_.prices) return;
  if (!cluster_.region) {
    error(cluster_.prices,
          "found a price list, expected a region besides: prices differ by region");
    return;
  }
  for (const FlavorPlan& plan : cluster_.flavors) price_of(plan);
}

void Checks::price_of(const FlavorPlan& plan) {
  if (plan.purchase.price) return;
  const std::string& region = (*cluster_.region)->name;
  const PriceList& list = **cluster_.prices;
  const InstancePrice* price = list.find(plan.instance->name, region);
  if (price && node_price(list, *price, plan.purchase)) return;
  if (price) {
    io::Diagnostic& entry =
        error(plan.purchase.mode,
              fmt::format("found no price of {} in {}, bought as {}", plan.instance->name, region,
                          enum_name(plan.purchase.mode)));
    entry.help = "another mode, or a \"price\" of one's own";
    return;
  }
  std::vector<std::string> regions;
  for (const InstancePrice& known : list.instances) {
    if (known.instance == plan.instance->name) regions.push_back(known.region);
  }
  io::Diagnostic& entry =
      error(plan.instance, fmt::format("found no price of {} in {}", plan.instance->name, region));
  entry.help = regions.empty() ? "give its purchase a \"price\", or leave the prices out"
                               : fmt::format("priced in: {}", fmt::join(regions, ", "));
}

void Checks::grid_factors() {
  const std::string& wanted = cluster_.grid_factors;
  if (wanted.empty()) return;
  if (!cluster_.region) {
    error(wanted, "found a set of grid factors, expected a region besides");
    return;
  }
  const Region& region = **cluster_.region;
  if (region.factor(wanted)) return;
  std::vector<std::string> sets;
  for (const GridFactor& factor : region.location_based) sets.push_back(factor.set);
  const auto nearest = io::nearest_name(wanted, sets);
  error(wanted, fmt::format("found \"{}\", expected a set of {}", wanted, region.name)).help =
      nearest ? fmt::format("did you mean \"{}\"?", *nearest)
              : fmt::format("sets: {}", fmt::join(sets, ", "));
}

}  // namespace

void check_governed_cluster(const GovernanceScenario& scenario, const io::PlaceMap& places,
                            io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
