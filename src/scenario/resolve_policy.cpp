#include "src/scenario/resolve_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "src/import/hyperpod.h"
#include "src/import/kueue.h"
#include "src/scenario/governance_nodes.h"
#include "src/scenario/policy_nodes.h"

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
    give_nodes(scenario_, kinds_, imported->flavor_nodes, places_, diagnostics_);
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
