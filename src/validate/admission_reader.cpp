#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sextant/governance/policy_faults.h"
#include "src/io/nearest_name.h"
#include "src/io/parse.h"
#include "src/validate/admission_cases.h"
#include "src/validate/admission_words.h"
#include "src/validate/object_view.h"
#include "src/validate/read_rows.h"

namespace sextant::validate {
namespace {

constexpr double kMostFractional = 1e12;  ///< amount that need not be an integer
constexpr double kMostPods = 1e5;

constexpr const char* kSchema = "sextant.admission-cases/1";

const io::Node* schema_of(const io::Node& root) {
  return root.get<io::Node::Object>() ? root.find("schema") : nullptr;
}

bool is_own(const io::Node& root) {
  const io::Node* schema = schema_of(root);
  const std::string* text = schema ? schema->get<std::string>() : nullptr;
  return text && *text == kSchema;
}

/// Kueue's feature gates that decide something here.
struct Gate {
  const char* name;
  bool FeatureGates::*gate;
};
constexpr Gate kGates[] = {
    {"FairSharingPreemptWithinNominal", &FeatureGates::fair_sharing_preempt_within_nominal},
    {"FairSharingPrioritizeNonBorrowing", &FeatureGates::fair_sharing_prioritize_non_borrowing},
    {"PrioritySortingWithinCohort", &FeatureGates::priority_sorting_within_cohort},
    {"PrioritizePreemptorWorkloads", &FeatureGates::prioritize_preemptor_workloads},
    {"RecomputeAssignmentUponPreemptionTargetsOverlap",
     &FeatureGates::recompute_assignment_upon_overlap},
    {"PartialAdmission", &FeatureGates::partial_admission},
    {"FlavorFungibility", &FeatureGates::flavor_fungibility},
    {"TopologyAwareScheduling", &FeatureGates::topology_aware_scheduling}};

constexpr SimTime kNotSet{std::numeric_limits<std::int64_t>::min() / 2};

class CaseReader {
 public:
  CaseReader(const io::Node& node, const Words& words, io::Diagnostics& diagnostics)
      : view_(node, diagnostics), words_(words), diagnostics_(diagnostics) {}

  AdmissionCase read() {
    case_.id = view_.name("id");
    read_kind();
    collect_names();
    read_mode();
    view_.each_object("cohorts", "a cohort",
                      [&](const ObjectView& cohort) { read_cohort(cohort); });
    if (view_.list("queues").empty()) view_.missing("queues", "a list of queues");
    view_.each_object("queues", "a queue", [&](const ObjectView& queue) { read_queue(queue); });
    check_policy();
    if (diagnostics_.has_errors()) return std::move(case_);
    if (case_.kind == AdmissionCaseKind::kShares) {
      read_shares();
    } else {
      read_workloads();
      read_expected();
    }
    return std::move(case_);
  }

 private:
  void read_kind() {
    const std::string kind = view_.text(words_.kind);
    const io::Node* expected = view_.present(words_.expected);
    if (!expected) view_.missing(words_.expected, "what was decided");
    if (kind == words_.cycle) {
      case_.kind = AdmissionCaseKind::kCycle;
    } else if (kind == words_.targets) {
      case_.kind = AdmissionCaseKind::kTargets;
    } else if (kind.empty() && expected && expected->get<io::Node::Array>()) {
      case_.kind = AdmissionCaseKind::kShares;
    } else if (const io::Node* member = view_.present(words_.kind)) {
      view_.expected(*member, fmt::format("'{}' or '{}', or, for shares, nothing", words_.cycle,
                                          words_.targets));
    } else if (expected) {
      view_.expected(*expected, "a list of shares");
    }
  }

  // Resources in alphabetical order, flavors as they come.
  void collect_names() {
    std::set<std::string> resources;
    const auto collect = [&](const ObjectView& quota) {
      resources.insert(quota.text("resource"));
      flavor_named(quota.text("flavor"));
    };
    for (const char* nodes : {"queues", "cohorts"}) {
      view_.each_object(nodes, "an object", [&](const ObjectView& node) {
        for (const io::Node& group : node.list(words_.groups)) {
          for (const std::string& flavor : texts_of(group)) flavor_named(flavor);
        }
        node.each_object("quotas", "a quota", collect);
      });
    }
    view_.each_object(words_.running, "a workload", [&](const ObjectView& workload) {
      workload.each_object(words_.usage, "an amount", collect);
    });
    if (case_.kind == AdmissionCaseKind::kShares) {
      view_.each_object(words_.usage, "an amount", collect);
      view_.each_object(words_.extra, "an amount", collect);
    }
    view_.each_object(words_.pending, "a workload", [&](const ObjectView& workload) {
      workload.each_object(words_.given, "an amount", collect);
      workload.each_object(words_.podsets, "a set of pods", [&](const ObjectView& podset) {
        const ObjectView each = podset.object(words_.per_pod);
        for (const io::Node::Member& member : *each.node().get<io::Node::Object>()) {
          resources.insert(member.key);
        }
      });
    });
    case_.policy.resources.assign(resources.begin(), resources.end());
  }

  std::vector<std::string> texts_of(const io::Node& list) {
    std::vector<std::string> found;
    const auto* array = list.get<io::Node::Array>();
    if (!array) view_.expected(list, "a list of flavors");
    for (std::size_t i = 0; array && i < array->size(); ++i) {
      if (const auto* text = (*array)[i].get<std::string>()) {
        found.push_back(*text);
      } else {
        view_.expected((*array)[i], "the name of a flavor");
      }
    }
    return found;
  }

  FlavorIndex flavor_named(const std::string& name) {
    std::vector<AdmissionFlavor>& flavors = case_.policy.flavors;
    const auto found =
        std::find_if(flavors.begin(), flavors.end(),
                     [&](const AdmissionFlavor& flavor) { return flavor.name == name; });
    const std::size_t index = static_cast<std::size_t>(found - flavors.begin());
    if (found == flavors.end()) flavors.emplace_back().name = name;
    return FlavorIndex{static_cast<std::uint16_t>(index)};
  }

  ResourceIndex resource_named(const std::string& name) const {
    const std::vector<std::string>& all = case_.policy.resources;
    const auto found = std::lower_bound(all.begin(), all.end(), name);
    return ResourceIndex{static_cast<std::uint16_t>(found - all.begin())};
  }

  void read_mode() {
    const std::string mode = view_.text(words_.mode, "classical");
    case_.policy.fair_sharing = mode == words_.fair;
    if (mode != words_.fair && mode != "classical") {
      view_.expected(*view_.present(words_.mode), fmt::format("'classical' or '{}'", words_.fair));
    }
    if (!view_.list(words_.strategies).empty()) case_.policy.fair_strategies.clear();
    for (const io::Node& name : view_.list(words_.strategies)) {
      if (const auto strategy = view_.word_of<FairPreemptionStrategy>(name)) {
        case_.policy.fair_strategies.push_back(*strategy);
      }
    }
    for (const std::string& flag : view_.texts(words_.gates)) read_gate(flag);
  }

  // "feature_gates:Name=True"; other flags only describe the case.
  void read_gate(std::string flag) {
    const std::string prefix = "feature_gates:";
    if (flag.starts_with(prefix)) flag = flag.substr(prefix.size());
    const std::size_t equals = flag.find('=');
    if (equals == std::string::npos) return;
    for (const Gate& gate : kGates) {
      if (flag.substr(0, equals) != gate.name) continue;
      const std::string value = flag.substr(equals + 1);
      case_.policy.gates.*gate.gate = value == "True" || value == "true";
    }
  }

  // What is too large for its unit has no limit, as in Kueue.
  Amount amount_of(const io::Node& node, ResourceIndex resource) {
    const bool cores = case_.policy.resources[static_cast<std::size_t>(resource)] == "cpu";
    const std::int64_t unit = cores ? 1000 : 1;
    if (const auto* integer = node.get<std::int64_t>(); integer && *integer >= 0) {
      return amount_product(*integer, unit);
    }
    if (node.get<std::uint64_t>()) return kUnlimitedAmount;
    if (const auto* real = node.get<double>(); real && *real >= 0 && *real <= kMostFractional) {
      const double scaled = *real * static_cast<double>(unit);
      if (std::abs(scaled - std::round(scaled)) < 1e-6) {
        return static_cast<Amount>(std::round(scaled));
      }
    }
    view_.expected(node, cores ? "a number of cores, in thousandths at the finest"
                               : "an integer of at least 0");
    return 0;
  }

  Amount amount(const ObjectView& view, const char* key) {
    const io::Node* member = view.present(key);
    if (member) return amount_of(*member, resource_named(view.text("resource")));
    view.missing(key, "an amount");
    return 0;
  }

  std::optional<Amount> limit(const ObjectView& quota, const char* key) {
    if (!quota.present(key)) return std::nullopt;
    return amount(quota, key);
  }

  void read_cohort(const ObjectView& view) {
    AdmissionCohort& cohort = case_.policy.cohorts.emplace_back();
    cohort.name = view.name("name");
    cohort.parent = view.text("parent");
    cohort.fair_weight = weight(view);
    cohort.groups = read_quotas(view);
  }

  double weight(const ObjectView& view) {
    return view.number(words_.weight, 1, 0, std::numeric_limits<double>::max());
  }

  void read_queue(const ObjectView& view) {
    AdmissionQueue& queue = case_.policy.queues.emplace_back();
    queue.name = view.name("name");
    queue.cohort = view.text("cohort");
    queue.strategy = view.word(words_.order, QueueingStrategy::kBestEffortFifo);
    queue.fair_weight = weight(view);
    queue.groups = read_quotas(view);
    const ObjectView rules = view.object(words_.preemption);
    queue.preemption.within_queue = rules.word(words_.within_queue, WithinQueuePolicy::kNever);
    queue.preemption.reclaim_within_cohort = rules.word(words_.reclaim, ReclaimPolicy::kNever);
    queue.preemption.borrow_within_cohort =
        rules.word(words_.while_borrowing, BorrowPreemptionPolicy::kNever);
    if (rules.present(words_.threshold)) {
      queue.preemption.borrow_max_priority_threshold = priority(rules, words_.threshold);
    }
    const ObjectView search = view.object(words_.fungibility);
    queue.fungibility.when_can_borrow =
        search.word(words_.can_borrow, queue.fungibility.when_can_borrow);
    queue.fungibility.when_can_preempt =
        search.word(words_.can_preempt, queue.fungibility.when_can_preempt);
    if (search.present(words_.preference)) {
      queue.fungibility.preference =
          search.word(words_.preference, FungibilityPreference::kBorrowingOverPreemption);
    }
  }

  static std::int32_t priority(const ObjectView& view, const char* key) {
    return static_cast<std::int32_t>(view.integer(key, 0, std::numeric_limits<std::int32_t>::min(),
                                                  std::numeric_limits<std::int32_t>::max()));
  }

  // Flavors by group and place; those that no group names form one of their own.
  std::vector<ResourceGroup> read_quotas(const ObjectView& view) {
    std::vector<ResourceGroup> groups;
    for (const io::Node& names : view.list(words_.groups)) {
      ResourceGroup& group = groups.emplace_back();
      for (const std::string& name : texts_of(names)) {
        group.flavors.push_back({.flavor = flavor_named(name), .resources = {}});
      }
    }
    view.each_object("quotas", "a quota", [&](const ObjectView& quota) {
      const FlavorIndex flavor = flavor_named(quota.name("flavor"));
      const ResourceIndex resource = resource_named(quota.name("resource"));
      quotas_of(groups, flavor)
          .resources.push_back({.resource = resource,
                                .nominal = amount(quota, "nominal"),
                                .borrowing_limit = limit(quota, words_.borrowing_limit),
                                .lending_limit = limit(quota, words_.lending_limit)});
    });
    join_alike(groups, view.list(words_.groups).size());
    return groups;
  }

  // Flavors that no group names stand together if they have quotas for the same resources.
  static void join_alike(std::vector<ResourceGroup>& groups, std::size_t named) {
    const auto resources = [](const ResourceGroup& group) {
      std::set<ResourceIndex> found;
      for (const ResourceQuota& quota : group.flavors.front().resources) {
        found.insert(quota.resource);
      }
      return found;
    };
    for (std::size_t i = named; i < groups.size(); ++i) {
      for (std::size_t j = groups.size(); j-- > i + 1;) {
        if (resources(groups[i]) != resources(groups[j])) continue;
        groups[i].flavors.insert(groups[i].flavors.begin() + 1, groups[j].flavors.front());
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(j));
      }
    }
  }

  static FlavorQuotas& quotas_of(std::vector<ResourceGroup>& groups, FlavorIndex flavor) {
    for (ResourceGroup& group : groups) {
      for (FlavorQuotas& quotas : group.flavors) {
        if (quotas.flavor == flavor) return quotas;
      }
    }
    groups.emplace_back().flavors.push_back({.flavor = flavor, .resources = {}});
    return groups.back().flavors.back();
  }

  // Kueue's tests hold queues that its API would refuse; only what cannot be decided is an error.
  void check_policy() {
    using enum PolicyFaultKind;
    for (const PolicyFault& fault : policy_faults(case_.policy)) {
      const bool fatal = fault.kind == kNameTwice || fault.kind == kNameMissing ||
                         fault.kind == kCohortCycle || fault.kind == kFairStrategies ||
                         fault.kind == kResourceTwice;
      if (!fatal) continue;
      diagnostics_.error(view_.node().place, fault.where.empty()
                                                 ? fault.what
                                                 : fmt::format("{} {}", fault.where, fault.what));
    }
  }

  QueueIndex queue_of(const ObjectView& view) {
    const std::string name = view.name("queue");
    std::vector<std::string> names;
    for (std::size_t i = 0; i < case_.policy.queues.size(); ++i) {
      names.push_back(case_.policy.queues[i].name);
      if (names.back() == name) return QueueIndex{static_cast<std::uint32_t>(i)};
    }
    const io::Node* member = view.present("queue");
    io::Diagnostic& error = diagnostics_.error(
        member ? member->place : view.node().place,
        fmt::format("found '{}', expected the name of a queue of this case", name));
    if (const auto near = io::nearest_name(name, names))
      error.help = "did you mean '" + *near + "'?";
    return QueueIndex{};
  }

  static SimTime time(const ObjectView& view, const char* key, SimTime otherwise) {
    if (!view.present(key)) return otherwise;
    const double seconds = view.number(key, 0, -1e9, 1e9);
    return SimTime(SimDuration::rounded(Seconds(seconds)).ns());
  }

  // Workloads by their identifiers, which break the last ties.
  std::uint64_t rank(const std::string& uid) const {
    return static_cast<std::uint64_t>(std::lower_bound(uids_.begin(), uids_.end(), uid) -
                                      uids_.begin());
  }

  void read_workloads() {
    uids_.push_back("");
    for (const char* list : {words_.running, words_.pending}) {
      view_.each_object(list, "a workload",
                        [&](const ObjectView& workload) { uids_.push_back(workload.text("uid")); });
    }
    std::sort(uids_.begin(), uids_.end());
    uids_.erase(std::unique(uids_.begin(), uids_.end()), uids_.end());
    view_.each_object(words_.running, "a workload",
                      [&](const ObjectView& view) { read_holder(view); });
    view_.each_object(words_.pending, "a workload",
                      [&](const ObjectView& view) { read_waiting(view); });
    std::set<std::string> names;
    const auto once = [&](const std::string& name) {
      if (names.insert(name).second) return;
      diagnostics_.error(view_.node().place,
                         fmt::format("workload '{}' found twice, expected once", name));
    };
    for (const AdmissionCase::Holder& holder : case_.running) once(holder.name);
    for (const AdmissionCase::Waiting& waiting : case_.pending) once(waiting.name);
    if (case_.kind == AdmissionCaseKind::kTargets && case_.pending.size() != 1) {
      diagnostics_.error(view_.node().place, fmt::format("found {} pending workloads, expected one",
                                                         case_.pending.size()));
    }
  }

  Workload workload_of(const ObjectView& view) {
    return {.queue = queue_of(view),
            .priority = priority(view, "priority"),
            .created = time(view, words_.created, kNotSet),
            .uid = rank(view.text("uid")),
            .podsets = {}};
  }

  void read_holder(const ObjectView& view) {
    AdmissionCase::Holder& holder = case_.running.emplace_back();
    holder.name = view.name(words_.workload);
    holder.workload = workload_of(view);
    holder.admitted = time(view, words_.admitted_at, SimTime());
    holder.evicted = view.flag(words_.evicted);
    view.each_object(words_.usage, "an amount", [&](const ObjectView& use) {
      const ResourceIndex resource = resource_named(use.name("resource"));
      PodSet& podset = holder.workload.podsets.emplace_back();
      podset.per_pod.push_back({resource, amount(use, "amount")});
      PodSetAssignment& given = holder.podsets.emplace_back();
      given.count = 1;
      given.flavors.push_back({resource, flavor_named(use.name("flavor"))});
    });
  }

  void read_waiting(const ObjectView& view) {
    AdmissionCase::Waiting& waiting = case_.pending.emplace_back();
    waiting.name = view.name(words_.workload);
    waiting.workload = workload_of(view);
    view.each_object(words_.podsets, "a set of pods", [&](const ObjectView& podset) {
      waiting.podsets.push_back(podset.text("name", "main"));
      waiting.workload.podsets.push_back(read_podset(podset));
    });
    const QuotaTree tree(case_.policy);
    view.each_object(words_.given, "an amount", [&](const ObjectView& given) {
      const FlavorResource of =
          tree.key(flavor_named(given.name("flavor")), resource_named(given.name("resource")));
      accumulate(waiting.given, of, amount(given, "amount"));
      if (given.text("mode", "Preempt") == "Preempt") waiting.contested.push_back(of);
    });
    if (case_.kind == AdmissionCaseKind::kTargets && waiting.given.empty()) {
      view.missing(words_.given, "the flavors that it was given");
    }
  }

  PodSet read_podset(const ObjectView& view) {
    PodSet podset;
    podset.count = static_cast<int>(view.integer("count", 1, 0, kMostPods));
    if (view.present(words_.min_count)) {
      podset.min_count = static_cast<int>(view.integer(words_.min_count, 1, 0, podset.count));
    }
    const ObjectView each = view.object(words_.per_pod);
    for (const io::Node::Member& member : *each.node().get<io::Node::Object>()) {
      const ResourceIndex resource = resource_named(member.key);
      podset.per_pod.push_back({resource, amount_of(member.value, resource)});
    }
    return podset;
  }

  void read_expected() {
    const ObjectView expected = view_.object(words_.expected);
    expected.each_object("admitted", "a workload", [&](const ObjectView& workload) {
      AdmittedWorkload& pods = case_.expected.admitted[workload.name(words_.workload)];
      if (!workload.present(words_.assignment)) case_.says_assignments = false;
      workload.each_object(words_.assignment, "a set of pods", [&](const ObjectView& podset) {
        pods.push_back(read_admitted(podset));
      });
    });
    expected.each_object(words_.preempted, "a workload", [&](const ObjectView& workload) {
      case_.expected.preempted.emplace(workload.name(words_.workload), workload.text("reason"));
    });
    for (const std::string& name : expected.texts(words_.left_pending)) {
      case_.expected.left_pending.insert(name);
    }
    case_.says_inadmissible = expected.present(words_.left_inadmissible) != nullptr;
    for (const std::string& name : expected.texts(words_.left_inadmissible)) {
      case_.expected.left_inadmissible.insert(name);
    }
  }

  AdmittedPods read_admitted(const ObjectView& view) {
    AdmittedPods pods;
    pods.name = view.text(words_.podset, "main");
    pods.count = view.integer("count", 1, 0, kMostPods);
    const ObjectView flavors = view.object("flavors");
    for (const io::Node::Member& member : *flavors.node().get<io::Node::Object>()) {
      if (const auto* text = member.value.get<std::string>()) {
        pods.flavors[member.key] = *text;
      } else {
        view.expected(member.value, "the name of a flavor");
      }
    }
    const ObjectView usage = view.object(words_.usage);
    for (const io::Node::Member& member : *usage.node().get<io::Node::Object>()) {
      const std::vector<std::string>& all = case_.policy.resources;
      if (std::binary_search(all.begin(), all.end(), member.key)) {
        pods.usage[member.key] = amount_of(member.value, resource_named(member.key));
      } else {
        view.expected(member.value, "an amount of a resource of this case");
      }
    }
    return pods;
  }

  void read_shares() {
    const QuotaTree tree(case_.policy);
    view_.each_object(words_.usage, "an amount", [&](const ObjectView& use) {
      AdmissionCase::Holder& holder = case_.running.emplace_back();
      const ResourceIndex resource = resource_named(use.name("resource"));
      holder.workload.queue = queue_of(use);
      holder.workload.podsets.emplace_back().per_pod.push_back({resource, amount(use, "amount")});
      PodSetAssignment& given = holder.podsets.emplace_back();
      given.count = 1;
      given.flavors.push_back({resource, flavor_named(use.name("flavor"))});
    });
    view_.each_object(words_.extra, "an amount", [&](const ObjectView& use) {
      accumulate(case_.extra,
                 tree.key(flavor_named(use.name("flavor")), resource_named(use.name("resource"))),
                 amount(use, "amount"));
    });
    view_.each_object(words_.expected, "a share", [&](const ObjectView& view) {
      NodeShare& share = case_.shares.emplace_back();
      share.node = view.name("node");
      share.rounded = rounded(view);
      share.weighted = weighted(view);
      share.ratio = view.number(words_.ratio, 0, 0, std::numeric_limits<double>::max());
      share.dominant = view.text(words_.dominant);
      share.borrowing = view.flag("borrowing");
      if (tree.find(share.node)) return;
      const io::Node* member = view.present("node");
      view.expected(member ? *member : view.node(), "the name of a queue or cohort of this case");
    });
  }

  std::int64_t rounded(const ObjectView& view) {
    const io::Node* member = view.present(words_.rounded);
    if (!member) return 0;
    if (const auto* integer = member->get<std::int64_t>()) return *integer;
    view.expected(*member, "an integer");
    return 0;
  }

  // A number, or a text that says one: "+Inf" is none of JSON's.
  double weighted(const ObjectView& view) {
    const io::Node* member = view.present(words_.weighted);
    if (!member) return 0;
    if (const std::optional<double> number = ObjectView::number_of(*member)) return *number;
    const auto* text = member->get<std::string>();
    if (text && (*text == "+Inf" || *text == "inf")) {
      return std::numeric_limits<double>::infinity();
    }
    if (text && !text->empty()) {
      char* end = nullptr;
      const double number = std::strtod(text->c_str(), &end);
      if (end == text->c_str() + text->size()) return number;
    }
    view.expected(*member, "a number, or the text of one");
    return 0;
  }

  ObjectView view_;
  const Words& words_;
  io::Diagnostics& diagnostics_;
  AdmissionCase case_;
  std::vector<std::string> uids_;
};

}  // namespace

bool holds_admission_cases(const io::Node& root) {
  if (is_own(root)) return true;
  const io::Node* cases = root.get<io::Node::Object>() ? root.find("cases") : nullptr;
  const auto* list = cases ? cases->get<io::Node::Array>() : nullptr;
  return list && !list->empty() && list->front().get<io::Node::Object>() &&
         list->front().find("queues");
}

std::vector<AdmissionCase> read_admission_cases(const io::Node& root,
                                                io::Diagnostics& diagnostics) {
  const io::Node* cases = root.get<io::Node::Object>() ? root.find("cases") : nullptr;
  const auto* list = cases ? cases->get<io::Node::Array>() : nullptr;
  if (!list) {
    diagnostics.error(root.place, fmt::format("found {}, expected an object with a list 'cases'",
                                              io::found_text(root)));
    return {};
  }
  const Words& words = is_own(root) ? kOwn : kConverted;
  return read_each(*list, "a case", diagnostics, [&](const io::Node& node) {
    io::Diagnostics own;
    AdmissionCase one = CaseReader(node, words, own).read();
    for (const io::Diagnostic& error : own.errors()) {
      io::Diagnostic& kept = diagnostics.error(error.place, error.message);
      kept.pointer = error.pointer;
      kept.help = error.help;
    }
    return one;
  });
}

std::vector<AdmissionCase> read_admission_cases(const std::filesystem::path& path) {
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(path, diagnostics, {.bytes = std::size_t{256} << 20});
  diagnostics.throw_if_errors();
  io::Document document(path.string(), *text, false);
  std::vector<AdmissionCase> cases;
  if (io::parse(document, diagnostics, {.bytes = std::size_t{256} << 20})) {
    cases = read_admission_cases(document.root, diagnostics);
  }
  diagnostics.throw_if_errors();
  return cases;
}

}  // namespace sextant::validate
