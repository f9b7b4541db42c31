#include "src/scenario/resolve_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "src/import/hyperpod.h"
#include "src/import/kueue.h"
#include "src/io/nearest_name.h"
#include "src/scenario/governance_nodes.h"

namespace sextant::scenario {
namespace {

constexpr int kOldest = 5, kNewest = 20;  ///< minor versions of Kueue

/// The minor number of "0.17", "v0.17" or "0.17.2".
std::optional<int> minor_version(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  if (!version.starts_with("0.")) return std::nullopt;
  version.remove_prefix(2);
  int minor = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), minor);
  const bool whole = end == version.data() + version.size() || *end == '.';
  if (error != std::errc() || !whole || minor < kOldest || minor > kNewest) return std::nullopt;
  return minor;
}

importer::KueueDefaults defaults_of(const std::string& version) {
  importer::KueueDefaults defaults;
  defaults.gates = gates_of_version(version).value_or(FeatureGates{});
  defaults.waits_for_pods_ready = minor_version(version).value_or(kNewest) >= 19;
  return defaults;
}

class PolicyResolver {
 public:
  PolicyResolver(GovernanceScenario& scenario, catalog::Catalogue& catalogue,
                 const io::PlaceMap& places, importer::Documents& documents,
                 io::Diagnostics& diagnostics)
      : scenario_(scenario),
        catalogue_(catalogue),
        places_(places),
        documents_(documents),
        diagnostics_(diagnostics),
        kinds_(node_kinds(scenario.cluster)) {}

  bool run() {
    const std::size_t errors_before = diagnostics_.error_count();
    check_plan();
    std::optional<importer::ImportedPolicy> imported;
    if (plan().kueue) imported = read_kueue();
    if (plan().hyperpod) imported = read_hyperpod();
    if (!plan().kueue && !plan().hyperpod) imported = one_queue();
    if (diagnostics_.error_count() > errors_before || !imported) return false;
    policy() = std::move(imported->policy);
    scenario_.inferred = std::move(imported->notes);
    match_flavors(imported->flavor_nodes);
    split_partitions();
    fill_flavors();
    set_switches();
    add_class_for_jobs_without();
    return diagnostics_.error_count() == errors_before;
  }

 private:
  const PolicyPlan& plan() const { return scenario_.policy; }
  AdmissionPolicy& policy() { return scenario_.admission; }

  void check_plan();
  std::vector<std::filesystem::path> files_of(const io::Node& node) const;
  void record_documents(std::size_t from);
  std::optional<importer::ImportedPolicy> read_kueue();
  std::optional<importer::ImportedPolicy> read_hyperpod();
  std::vector<importer::InstanceShape> shapes() const;
  importer::ImportedPolicy one_queue() const;
  std::optional<std::size_t> kind_for(const std::string& flavor,
                                      const std::string& instance_type) const;
  void match_flavors(const std::vector<importer::FlavorNodes>& flavor_nodes);
  const NodeKind* kind_of(std::size_t flavor) const;
  void split_partitions();
  void split_groups(std::vector<ResourceGroup>& groups, ResourceIndex resource,
                    const std::vector<std::pair<FlavorIndex, FlavorIndex>>& moves);
  void fill_flavors();
  void fill_levels(AdmissionFlavor& flavor, const NodeKind& kind);
  void set_switches();
  void add_class_for_jobs_without();

  GovernanceScenario& scenario_;
  catalog::Catalogue& catalogue_;
  const io::PlaceMap& places_;
  importer::Documents& documents_;
  io::Diagnostics& diagnostics_;
  std::vector<NodeKind> kinds_;
};

void PolicyResolver::check_plan() {
  if (plan().kueue && plan().hyperpod) {
    diagnostics_.error(places_.of(plan().hyperpod),
                       "found a HyperPod policy besides one of Kueue, expected one of the two");
  }
  const bool needs_quotas = plan().scheduler == SchedulerKind::kKueue ||
                            plan().scheduler == SchedulerKind::kStaticPartition;
  if (needs_quotas && !plan().kueue && !plan().hyperpod) {
    diagnostics_
        .error(places_.of(plan().scheduler),
               fmt::format("found scheduler \"{}\" without quotas, expected \"kueue\" or "
                           "\"hyperpod\" besides",
                           enum_name(plan().scheduler)))
        .help = "fifo, sjf, srtf, easy and conservative need no quotas";
  }
  if (!gates_of_version(plan().kueue_version)) {
    diagnostics_.error(places_.of(plan().kueue_version),
                       fmt::format("found \"{}\", expected a version from 0.{} to 0.{}",
                                   plan().kueue_version, kOldest, kNewest));
  }
}

/// Files that a text, or a list of texts, names.
std::vector<std::filesystem::path> PolicyResolver::files_of(const io::Node& node) const {
  const std::filesystem::path folder = scenario_.folder;
  std::vector<std::filesystem::path> files;
  if (const auto* name = node.get<std::string>()) {
    files.push_back((folder / *name).lexically_normal());
  }
  if (const auto* list = node.get<io::Node::Array>()) {
    for (const io::Node& element : *list) {
      const auto* name = element.get<std::string>();
      if (!name) return {};
      files.push_back((folder / *name).lexically_normal());
    }
  }
  return files;
}

void PolicyResolver::record_documents(std::size_t from) {
  for (std::size_t i = from; i < documents_.size(); ++i) {
    catalogue_.record_file(documents_[i]->name, documents_[i]->text);
  }
}

std::optional<importer::ImportedPolicy> PolicyResolver::read_kueue() {
  const importer::KueueDefaults defaults = defaults_of(plan().kueue_version);
  const io::Diagnostics::Origin origin(diagnostics_, places_.of(plan().kueue));
  const auto files = files_of(*plan().kueue);
  if (files.empty()) return importer::read_kueue(*plan().kueue, diagnostics_, defaults);
  const std::size_t before = documents_.size();
  auto read = importer::read_kueue_files(files, documents_, diagnostics_, defaults);
  record_documents(before);
  return read;
}

/// HyperPod's types are EC2's with "ml." before them.
std::string hyperpod_type(const NodeKind& kind) {
  const std::string& instance = kind.flavor->instance->name;
  return instance.starts_with("ml.") ? instance : "ml." + instance;
}

std::vector<importer::InstanceShape> PolicyResolver::shapes() const {
  std::vector<importer::InstanceShape> shapes;
  for (const NodeKind& kind : kinds_) {
    const std::string type = hyperpod_type(kind);
    auto shape = std::find_if(shapes.begin(), shapes.end(),
                              [&](const auto& known) { return known.type == type; });
    if (shape == shapes.end()) {
      shape = shapes.insert(shape, importer::InstanceShape());
      shape->type = type;
      shape->vcpus = kind.amount_of("cpu") / 1000;
      shape->memory_bytes = kind.amount_of("memory");
      if (const Amount efa = kind.amount_of("vpc.amazonaws.com/efa"); efa > 0) {
        shape->devices.emplace_back("vpc.amazonaws.com/efa", efa);
      }
    }
    shape->count += kind.nodes;
    if (kind.partition) {
      shape->divided.push_back(
          {.count = kind.nodes, .resource = kind.device, .parts = kind.devices});
      if (shape->accelerators == 0) shape->accelerators = kind.flavor->instance->accelerators;
    } else if (!kind.device.empty()) {
      shape->accelerators = kind.devices;
      shape->accelerator_resource = kind.device;
    }
  }
  return shapes;
}

std::optional<importer::ImportedPolicy> PolicyResolver::read_hyperpod() {
  const io::Diagnostics::Origin origin(diagnostics_, places_.of(plan().hyperpod));
  const auto cluster = shapes();
  const auto files = files_of(*plan().hyperpod);
  const std::size_t before = documents_.size();
  auto read = files.empty()
                  ? importer::read_hyperpod(*plan().hyperpod, cluster, diagnostics_)
                  : importer::read_hyperpod_files(files, cluster, documents_, diagnostics_);
  record_documents(before);
  if (!read) return std::nullopt;
  return static_cast<importer::ImportedPolicy&>(*read);
}

/// All capacity in one queue, for schedulers without quotas.
importer::ImportedPolicy PolicyResolver::one_queue() const {
  importer::ImportedPolicy imported;
  AdmissionPolicy& policy = imported.policy;
  std::set<std::string> resources;
  for (const NodeKind& kind : kinds_) resources.insert(kind.main_resource());
  policy.resources.assign(resources.begin(), resources.end());
  AdmissionQueue& queue = policy.queues.emplace_back();
  queue.name = "cluster";
  queue.groups.resize(resources.size());
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const NodeKind& kind = kinds_[i];
    policy.flavors.emplace_back().name = kind.name;
    imported.flavor_nodes.emplace_back();
    const auto resource =
        std::find(policy.resources.begin(), policy.resources.end(), kind.main_resource());
    const auto index = static_cast<std::size_t>(resource - policy.resources.begin());
    const Amount nominal = kind.nodes * kind.amount_of(kind.main_resource());
    queue.groups[index].flavors.push_back(
        {static_cast<FlavorIndex>(i),
         {ResourceQuota{static_cast<ResourceIndex>(index), nominal, {}, {}}}});
  }
  return imported;
}

std::optional<std::size_t> PolicyResolver::kind_for(const std::string& flavor,
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

void PolicyResolver::match_flavors(const std::vector<importer::FlavorNodes>& flavor_nodes) {
  std::set<std::size_t> taken;
  std::vector<std::string> names;
  for (const NodeKind& kind : kinds_) names.push_back(kind.name);
  const bool only_one = policy().flavors.size() == 1 && kinds_.size() == 1;
  const io::Place place = plan().kueue ? places_.of(plan().kueue) : places_.of(plan().hyperpod);
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

const NodeKind* PolicyResolver::kind_of(std::size_t flavor) const {
  const std::string& name = scenario_.flavor_nodes[flavor];
  const auto found = std::find_if(kinds_.begin(), kinds_.end(),
                                  [&](const NodeKind& kind) { return kind.name == name; });
  return found == kinds_.end() ? nullptr : &*found;
}

/// HyperPod's quotas of partitions stand under the instance type. The nodes that have them are a
/// flavor of their own here, and so are their quotas.
void PolicyResolver::split_partitions() {
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

void PolicyResolver::split_groups(std::vector<ResourceGroup>& groups, ResourceIndex resource,
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
void PolicyResolver::fill_levels(AdmissionFlavor& flavor, const NodeKind& kind) {
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

void PolicyResolver::fill_flavors() {
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

template <class T>
void take(T& to, const std::optional<T>& from) {
  if (from) to = *from;
}

void PolicyResolver::set_switches() {
  AdmissionPolicy& policy = this->policy();
  if (!plan().kueue) policy.gates = *gates_of_version(plan().kueue_version);
  const GatePlan& gates = plan().gates;
  take(policy.gates.fair_sharing_preempt_within_nominal, gates.fair_sharing_preempt_within_nominal);
  take(policy.gates.fair_sharing_prioritize_non_borrowing,
       gates.fair_sharing_prioritize_non_borrowing);
  take(policy.gates.priority_sorting_within_cohort, gates.priority_sorting_within_cohort);
  take(policy.gates.prioritize_preemptor_workloads, gates.prioritize_preemptor_workloads);
  take(policy.gates.recompute_assignment_upon_overlap, gates.recompute_assignment_upon_overlap);
  take(policy.gates.partial_admission, gates.partial_admission);
  take(policy.gates.flavor_fungibility, gates.flavor_fungibility);
  take(policy.gates.topology_aware_scheduling, gates.topology_aware_scheduling);
  take(policy.fair_sharing, plan().fair_sharing);
  policy.minimum_runtime = plan().minimum_runtime;
}

/// Whether some job may name no class.
void PolicyResolver::add_class_for_jobs_without() {
  const auto none = [](const auto& plans) {
    return std::any_of(plans.begin(), plans.end(),
                       [](const auto& plan) { return plan.priority_class.empty(); });
  };
  const bool team_without = none(scenario_.teams);
  const auto& classes = policy().priority_classes;
  const bool known =
      std::any_of(classes.begin(), classes.end(),
                  [](const PriorityClass& known_one) { return known_one.name == kNoClass; });
  bool needed = none(scenario_.jobs) || none(scenario_.endpoints) || none(scenario_.traces);
  for (const TeamPlan& team : scenario_.teams) {
    needed = needed || none(team.generators) || none(team.spaces);
  }
  if (team_without && needed && !known) policy().priority_classes.push_back({kNoClass, 0});
}

}  // namespace

std::optional<FeatureGates> gates_of_version(const std::string& version) {
  const auto minor = minor_version(version);
  if (!minor) return std::nullopt;
  FeatureGates gates;
  gates.priority_sorting_within_cohort = *minor >= 6;
  gates.topology_aware_scheduling = *minor >= 14;
  gates.fair_sharing_preempt_within_nominal = *minor >= 17;
  gates.fair_sharing_prioritize_non_borrowing = *minor >= 17;
  gates.recompute_assignment_upon_overlap = *minor >= 20;
  return gates;
}

bool resolve_policy(GovernanceScenario& scenario, catalog::Catalogue& catalogue,
                    const io::PlaceMap& places, importer::Documents& documents,
                    io::Diagnostics& diagnostics) {
  return PolicyResolver(scenario, catalogue, places, documents, diagnostics).run();
}

}  // namespace sextant::scenario
