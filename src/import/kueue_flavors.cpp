#include "src/import/kueue_flavors.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "src/import/kubernetes_values.h"
#include "src/io/nearest_name.h"

namespace sextant::importer {
namespace {

using io::Node;
using Topologies = std::map<std::string, std::vector<TopologyLevel>>;

constexpr const char* kHostName = "kubernetes.io/hostname";
constexpr const char* kInstanceType = "node.kubernetes.io/instance-type";
constexpr std::size_t kMostLevels = 16;
constexpr std::size_t kMostLabels = 8;

/// The levels above the node.
std::vector<TopologyLevel> read_levels(const KueueObject& object, ImportContext& context) {
  std::vector<TopologyLevel> levels;
  std::set<std::string> seen;
  ObjectReader spec(spec_of(object, context), object.title("spec"), context);
  const Node::Array& elements = spec.required_list("levels", kMostLevels);
  for (const Node& element : elements) {
    ObjectReader level(element, "a level of Topology", context);
    const Node* label = level.require("nodeLabel");
    level.finish();
    if (!label) continue;
    const auto* name = label->get<std::string>();
    if (!name || !is_label_key(*name)) {
      context.error(*label, "the name of a node label");
    } else if (!seen.insert(*name).second) {
      context.error(*label, "each level once");
    } else if (*name != kHostName) {
      levels.push_back({*name, 1});
    } else if (&element != &elements.back()) {
      context.error(*label, "no level below the host");
    }
  }
  spec.finish();
  return levels;
}

void read_topology_name(ObjectReader& spec, bool has_labels, const Topologies& topologies,
                        AdmissionFlavor& flavor, ImportContext& context) {
  const Node* found = spec.find("topologyName");
  const auto name = found ? read_name(*found, context) : std::nullopt;
  if (!name) return;
  if (!has_labels) {
    context.diagnostics.error(found->place, "found topologyName without nodeLabels").help =
        "give at least one of nodeLabels";
  }
  const auto topology = topologies.find(*name);
  if (topology != topologies.end()) {
    flavor.levels = topology->second;
    return;
  }
  std::vector<std::string> known;
  for (const auto& [candidate, levels] : topologies) known.push_back(candidate);
  const auto nearest = io::nearest_name(*name, known);
  context.error(*found, "the name of a Topology").help =
      nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "";
}

FlavorNodes read_labels(ObjectReader& spec, ImportContext& context) {
  FlavorNodes nodes;
  const Node* found = spec.find("nodeLabels");
  if (!found) return nodes;
  const auto* members = found->get<Node::Object>();
  if (!members || members->size() > kMostLabels) {
    context.error(*found, fmt::format("an object of at most {} labels", kMostLabels));
    return nodes;
  }
  for (const Node::Member& member : *members) {
    const auto* value = member.value.get<std::string>();
    if (!value) {
      context.error(member.value, "a text in quotes");
      continue;
    }
    nodes.labels.emplace_back(member.key, *value);
    if (member.key == kInstanceType) nodes.instance_type = *value;
  }
  return nodes;
}

void note_taints(ObjectReader& spec, ImportContext& context) {
  for (const char* key : {"nodeTaints", "tolerations"}) {
    const Node* found = spec.find(key);
    const auto* elements = found ? found->get<Node::Array>() : nullptr;
    if (!elements || elements->empty()) continue;
    context.note(found->place,
                 fmt::format("{} of ResourceFlavor is not simulated: every workload may use "
                             "every flavor of its queue",
                             key));
  }
}

}  // namespace

QuotaNames read_kueue_flavors(const KueueObjects& objects, ImportedPolicy& result,
                              ImportContext& context) {
  KueueObjects owners = of_kind(objects, "ClusterQueue");
  const KueueObjects cohorts = of_kind(objects, "Cohort");
  owners.insert(owners.end(), cohorts.begin(), cohorts.end());
  const NamesInUse in_use = names_in_use(owners);
  Topologies topologies;
  for (const KueueObject& object : of_kind(objects, "Topology")) {
    topologies[object.name] = read_levels(object, context);
  }
  AdmissionPolicy& policy = result.policy;
  for (const KueueObject& object : of_kind(objects, "ResourceFlavor")) {
    AdmissionFlavor& flavor = policy.flavors.emplace_back();
    flavor.name = object.name;
    ObjectReader spec(spec_of(object, context), object.title("spec"), context);
    result.flavor_nodes.push_back(read_labels(spec, context));
    read_topology_name(spec, !result.flavor_nodes.back().labels.empty(), topologies, flavor,
                       context);
    note_taints(spec, context);
    spec.finish();
  }
  if (policy.flavors.empty() && !in_use.flavors.empty()) {
    for (const std::string& name : in_use.flavors) policy.flavors.emplace_back().name = name;
    result.flavor_nodes.resize(policy.flavors.size());
    context.note("no ResourceFlavors: those that the queues name are taken to be there");
  }
  policy.resources = in_use.resources;
  constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  if (policy.flavors.size() > kMost || policy.resources.size() > kMost) {
    context.diagnostics.error(owners.front().place,
                              fmt::format("found more than {} flavors or resources", kMost));
  }
  return quota_names(policy);
}

}  // namespace sextant::importer
