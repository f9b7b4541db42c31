#include "src/scenario/policy_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "src/io/nearest_name.h"

namespace sextant::scenario {
namespace {

class PolicyNodes {
 public:
  PolicyNodes(GovernanceScenario& scenario, const std::vector<NodeKind>& kinds,
              const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : scenario_(scenario), kinds_(kinds), places_(places), diagnostics_(diagnostics) {}

  void give(const std::vector<importer::FlavorNodes>& flavor_nodes) {
    match_flavors(flavor_nodes);
    split_partitions();
    fill_flavors();
  }

 private:
  AdmissionPolicy& policy() { return scenario_.admission; }

  std::optional<std::size_t> kind_for(const std::string& flavor,
                                      const std::string& instance_type) const;
  void match_flavors(const std::vector<importer::FlavorNodes>& flavor_nodes);
  const NodeKind* kind_of(std::size_t flavor) const;
  void split_partitions();
  void split_groups(std::vector<ResourceGroup>& groups, ResourceIndex resource,
                    const std::vector<std::pair<FlavorIndex, FlavorIndex>>& moves);
  void fill_flavors();
  void fill_levels(AdmissionFlavor& flavor, const NodeKind& kind);

  GovernanceScenario& scenario_;
  const std::vector<NodeKind>& kinds_;
  const io::PlaceMap& places_;
  io::Diagnostics& diagnostics_;
};

std::optional<std::size_t> PolicyNodes::kind_for(const std::string& flavor,
                                                 const std::string& instance_type) const {
  const auto find = [&](const auto& matches) -> std::optional<std::size_t> {
    const auto found = std::find_if(kinds_.begin(), kinds_.end(), matches);
    if (found == kinds_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - kinds_.begin());
  };
  if (auto named = find([&](const NodeKind& kind) { return kind.name == flavor; })) return named;
  const auto is_type = [](const NodeKind& kind, const std::string& type) {
    return !kind.partition && (kind.flavor->instance->name == type || hyperpod_type(kind) == type);
  };
  for (const std::string& type : {instance_type, flavor}) {
    if (auto typed = find([&](const NodeKind& kind) { return is_type(kind, type); })) return typed;
  }
  return std::nullopt;
}

void PolicyNodes::match_flavors(const std::vector<importer::FlavorNodes>& flavor_nodes) {
  std::set<std::size_t> taken;
  std::vector<std::string> names;
  for (const NodeKind& kind : kinds_) names.push_back(kind.name);
  const bool only_one = policy().flavors.size() == 1 && kinds_.size() == 1;
  const io::Place place = scenario_.policy.kueue ? places_.of(scenario_.policy.kueue)
                                                 : places_.of(scenario_.policy.hyperpod);
  for (std::size_t i = 0; i < policy().flavors.size(); ++i) {
    const std::string& flavor = policy().flavors[i].name;
    auto kind = kind_for(flavor, flavor_nodes[i].instance_type);
    if (!kind && only_one) kind = 0;
    if (!kind) {
      const auto nearest = io::nearest_name(flavor, names);
      io::Diagnostic& entry = diagnostics_.error(
          place, fmt::format("found flavor \"{}\" in the policy, of which the cluster has no nodes",
                             flavor));
      entry.help = nearest ? fmt::format("the cluster has \"{}\"", *nearest)
                           : fmt::format("give a flavor of the cluster that name; it has {}",
                                         fmt::join(names, ", "));
      scenario_.flavor_nodes.emplace_back();
      continue;
    }
    if (!taken.insert(*kind).second) {
      diagnostics_
          .error(place, fmt::format("found flavor \"{}\", whose nodes \"{}\" are those of "
                                    "another flavor already",
                                    flavor, kinds_[*kind].name))
          .help = "split the cluster's flavor in two, each with the name of one";
    }
    scenario_.flavor_nodes.push_back(kinds_[*kind].name);
  }
  // Nodes without quota are there all the same: somebody pays for them.
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
    if (taken.contains(kind)) continue;
    policy().flavors.emplace_back().name = kinds_[kind].name;
    scenario_.flavor_nodes.push_back(kinds_[kind].name);
  }
}

const NodeKind* PolicyNodes::kind_of(std::size_t flavor) const {
  const std::string& name = scenario_.flavor_nodes[flavor];
  const auto found = std::find_if(kinds_.begin(), kinds_.end(),
                                  [&](const NodeKind& kind) { return kind.name == name; });
  return found == kinds_.end() ? nullptr : &*found;
}

/// HyperPod's quotas of partitions stand under the instance type. The nodes that have them are a
/// flavor of their own here, and so are their quotas.
void PolicyNodes::split_partitions() {
  for (std::size_t r = 0; r < policy().resources.size(); ++r) {
    std::vector<std::pair<FlavorIndex, FlavorIndex>> moves;  // whole nodes to their partition
    for (std::size_t to = 0; to < policy().flavors.size(); ++to) {
      const NodeKind* part = kind_of(to);
      if (!part || !part->partition || part->device != policy().resources[r]) continue;
      for (std::size_t from = 0; from < policy().flavors.size(); ++from) {
        const NodeKind* whole = kind_of(from);
        if (whole && !whole->partition && whole->flavor == part->flavor) {
          moves.emplace_back(static_cast<FlavorIndex>(from), static_cast<FlavorIndex>(to));
        }
      }
    }
    if (moves.empty()) continue;
    const auto resource = static_cast<ResourceIndex>(r);
    for (AdmissionQueue& queue : policy().queues) split_groups(queue.groups, resource, moves);
    for (AdmissionCohort& cohort : policy().cohorts) split_groups(cohort.groups, resource, moves);
  }
}

void PolicyNodes::split_groups(std::vector<ResourceGroup>& groups, ResourceIndex resource,
                               const std::vector<std::pair<FlavorIndex, FlavorIndex>>& moves) {
  const auto move_of = [&](const FlavorQuotas& quotas) {
    return std::find_if(moves.begin(), moves.end(),
                        [&](const auto& move) { return move.first == quotas.flavor; });
  };
  ResourceGroup moved;
  for (ResourceGroup& group : groups) {
    const bool mixed = std::any_of(group.flavors.begin(), group.flavors.end(),
                                   [&](const auto& of) { return move_of(of) != moves.end(); });
    if (!mixed) continue;  // these quotas are the partitions' own
    for (FlavorQuotas& quotas : group.flavors) {
      const auto move = move_of(quotas);
      const auto quota = std::find_if(quotas.resources.begin(), quotas.resources.end(),
                                      [&](const auto& of) { return of.resource == resource; });
      if (quota == quotas.resources.end()) continue;
      if (move != moves.end()) moved.flavors.push_back({move->second, {*quota}});
      quotas.resources.erase(quota);
    }
    std::erase_if(group.flavors,
                  [](const FlavorQuotas& quotas) { return quotas.resources.empty(); });
  }
  std::erase_if(groups, [](const ResourceGroup& group) { return group.flavors.empty(); });
  if (!moved.flavors.empty()) groups.push_back(std::move(moved));
}

/// A level of the policy is one of the cluster's: of the same name, or a label that ends in it
/// ("cloud.provider.com/topology-block").
void PolicyNodes::fill_levels(AdmissionFlavor& flavor, const NodeKind& kind) {
  const std::vector<TopologyLevelPlan>& known = kind.flavor->topology;
  if (flavor.levels.empty()) {
    for (const TopologyLevelPlan& level : known) flavor.levels.push_back({level.name, level.nodes});
    return;
  }
  for (TopologyLevel& level : flavor.levels) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& candidate) {
      return level.name.ends_with(candidate.name);
    });
    if (found != known.end()) {
      level.nodes = found->nodes;
      continue;
    }
    diagnostics_
        .error(places_.of(kind.flavor->topology),
               fmt::format("found no level \"{}\", which the policy's topology of {} has",
                           level.name, flavor.name))
        .help = fmt::format("{{\"name\": \"{}\", \"nodes\": …}}", level.name);
  }
}

void PolicyNodes::fill_flavors() {
  for (std::size_t i = 0; i < policy().flavors.size(); ++i) {
    AdmissionFlavor& flavor = policy().flavors[i];
    const NodeKind* kind = kind_of(i);
    if (!kind) continue;
    flavor.nodes = kind->nodes;
    flavor.node_capacity.clear();
    for (std::size_t r = 0; r < policy().resources.size(); ++r) {
      const Amount amount = kind->amount_of(policy().resources[r]);
      if (amount > 0) flavor.node_capacity.push_back({static_cast<ResourceIndex>(r), amount});
    }
    fill_levels(flavor, *kind);
  }
}

}  // namespace

std::string hyperpod_type(const NodeKind& kind) {
  const std::string& instance = kind.flavor->instance->name;
  return instance.starts_with("ml.") ? instance : "ml." + instance;
}

void give_nodes(GovernanceScenario& scenario, const std::vector<NodeKind>& kinds,
                const std::vector<importer::FlavorNodes>& flavor_nodes, const io::PlaceMap& places,
                io::Diagnostics& diagnostics) {
  PolicyNodes(scenario, kinds, places, diagnostics).give(flavor_nodes);
}

}  // namespace sextant::scenario
