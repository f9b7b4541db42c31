#include "src/import/kueue_queues.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "src/import/kubernetes_values.h"
#include "src/io/nearest_name.h"

namespace sextant::importer {
namespace {

using io::Node;

void check_selector(ObjectReader& spec, ImportContext& context) {
  const Node* selector = spec.find("namespaceSelector");
  if (!selector) {
    context.note(
        spec.node().place,
        "a ClusterQueue without namespaceSelector is open to no namespace: simulated as if "
        "it were {}");
  } else if (!selector->get<Node::Object>() || !selector->get<Node::Object>()->empty()) {
    context.note(selector->place,
                 "namespaceSelector is not simulated: every namespace may use the queue");
  }
}

void read_borrowing(ObjectReader& preemption, PreemptionRules& rules, ImportContext& context) {
  const Node* found = preemption.find("borrowWithinCohort");
  if (!found) return;
  ObjectReader borrowing(*found, "borrowWithinCohort", context);
  rules.borrow_within_cohort = borrowing.word("policy", BorrowPreemptionPolicy::kNever);
  if (const Node* threshold = borrowing.find("maxPriorityThreshold")) {
    using Limits = std::numeric_limits<std::int32_t>;
    const auto value = read_count(*threshold, Limits::min(), Limits::max(), context);
    if (value) rules.borrow_max_priority_threshold = static_cast<std::int32_t>(*value);
  }
  borrowing.finish();
  if (rules.reclaim_within_cohort == ReclaimPolicy::kNever &&
      rules.borrow_within_cohort != BorrowPreemptionPolicy::kNever) {
    context.diagnostics
        .error(found->place, "found borrowWithinCohort while reclaimWithinCohort is Never")
        .help = "set reclaimWithinCohort to LowerPriority or Any";
  }
}

PreemptionRules read_preemption(ObjectReader& spec, ImportContext& context) {
  PreemptionRules rules;
  const Node* found = spec.find("preemption");
  if (!found) return rules;
  ObjectReader preemption(*found, "preemption", context);
  rules.within_queue = preemption.word("withinClusterQueue", WithinQueuePolicy::kNever);
  rules.reclaim_within_cohort = preemption.word("reclaimWithinCohort", ReclaimPolicy::kNever);
  read_borrowing(preemption, rules, context);
  preemption.finish();
  return rules;
}

/// `old_name` is what v1beta1 calls MayStopSearch as well.
FlavorSearch read_search(ObjectReader& reader, const char* key, const char* old_name,
                         FlavorSearch otherwise, ImportContext& context) {
  const Node* found = reader.find(key);
  if (!found) return otherwise;
  std::vector<std::string> words{"MayStopSearch", "TryNextFlavor"};
  if (*old_name) words.emplace_back(old_name);
  const auto index = read_word(*found, words, context);
  return index == 1u ? FlavorSearch::kTryNextFlavor : FlavorSearch::kMayStopSearch;
}

FungibilityRules read_fungibility(ObjectReader& spec, bool beta1, ImportContext& context) {
  FungibilityRules rules;
  const Node* found = spec.find("flavorFungibility");
  if (!found) return rules;
  ObjectReader reader(*found, "flavorFungibility", context);
  rules.when_can_borrow =
      read_search(reader, "whenCanBorrow", beta1 ? "Borrow" : "", rules.when_can_borrow, context);
  rules.when_can_preempt = read_search(reader, "whenCanPreempt", beta1 ? "Preempt" : "",
                                       rules.when_can_preempt, context);
  if (const Node* preference = reader.find("preference")) {
    rules.preference = reader.word("preference", FungibilityPreference::kBorrowingOverPreemption);
    if (rules.when_can_borrow != FlavorSearch::kTryNextFlavor ||
        rules.when_can_preempt != FlavorSearch::kTryNextFlavor) {
      context.diagnostics
          .error(preference->place, "found a preference between flavors that are not all tried")
          .help = "set whenCanBorrow and whenCanPreempt to TryNextFlavor";
    }
  }
  reader.finish();
  return rules;
}

bool read_admission_scope(ObjectReader& spec, ImportContext& context) {
  const Node* found = spec.find("admissionScope");
  if (!found) return false;
  ObjectReader scope(*found, "admissionScope", context);
  const Node* mode = scope.require("admissionMode");
  scope.finish();
  const auto index =
      mode ? read_word(*mode, {"UsageBasedAdmissionFairSharing", "NoAdmissionFairSharing"}, context)
           : std::nullopt;
  return index == 0u;
}

std::string read_optional_name(ObjectReader& spec, const char* key, ImportContext& context) {
  const Node* found = spec.find(key);
  const auto* text = found ? found->get<std::string>() : nullptr;
  if (!found || (text && text->empty())) return "";
  return read_name(*found, context).value_or("");
}

AdmissionQueue read_queue(const KueueObject& object, const QuotaNames& names,
                          ImportContext& context) {
  const bool beta1 = object.version == "v1beta1";
  const char* cohort_key = beta1 ? "cohort" : "cohortName";
  ObjectReader spec(spec_of(object, context), object.title("spec"), context);
  AdmissionQueue queue;
  queue.name = object.name;
  queue.cohort = read_optional_name(spec, cohort_key, context);
  queue.strategy = spec.word("queueingStrategy", QueueingStrategy::kBestEffortFifo);
  queue.stop = spec.word("stopPolicy", StopPolicy::kNone);
  queue.fair_weight = read_fair_weight(spec, context);
  queue.groups =
      read_resource_groups(spec, {!queue.cohort.empty(), cohort_key, true}, names, context);
  queue.preemption = read_preemption(spec, context);
  queue.fungibility = read_fungibility(spec, beta1, context);
  queue.admission_fair_sharing = read_admission_scope(spec, context);
  check_selector(spec, context);
  if (beta1) spec.not_simulated({"admissionChecks"});
  spec.not_simulated({"admissionChecksStrategy", "concurrentAdmissionPolicy"});
  spec.finish();
  return queue;
}

/// A cohort's parent, and where the file says so.
struct Parent {
  std::string name;
  io::Place place;
};

/// Walks up from every cohort. A circle is reported once, at the first of its cohorts.
void check_cycles(const std::map<std::string, Parent>& parents, ImportContext& context) {
  std::set<std::string> done;
  for (const auto& [start, first] : parents) {
    std::vector<std::string> path;
    for (auto at = parents.find(start); at != parents.end() && done.insert(at->first).second;
         at = parents.find(at->second.name)) {
      path.push_back(at->first);
      const auto back = std::find(path.begin(), path.end(), at->second.name);
      if (back == path.end()) continue;
      context.diagnostics.error(at->second.place,
                                fmt::format("found cohorts in a circle: {} → {}",
                                            fmt::join(back, path.end(), " → "), at->second.name));
    }
  }
}

std::vector<std::string> queue_names(const AdmissionPolicy& policy) {
  std::vector<std::string> names;
  for (const AdmissionQueue& queue : policy.queues) names.push_back(queue.name);
  return names;
}

/// The queue that a local queue leads to; none after a note or an error.
std::optional<QueueIndex> read_cluster_queue(const KueueObject& object, ObjectReader& spec,
                                             const std::vector<std::string>& queues,
                                             ImportContext& context) {
  const Node* found = spec.find("clusterQueue");
  const auto name = found ? read_name(*found, context) : std::nullopt;
  if (!found) {
    context.note(object.place, fmt::format("LocalQueue {} leads nowhere: skipped", object.name));
  }
  if (!name) return std::nullopt;
  const auto at = std::find(queues.begin(), queues.end(), *name);
  if (at != queues.end()) return QueueIndex{static_cast<std::uint32_t>(at - queues.begin())};
  const auto nearest = io::nearest_name(*name, queues);
  context.error(*found, "the name of a ClusterQueue").help =
      nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "";
  return std::nullopt;
}

}  // namespace

void read_kueue_cohorts(const KueueObjects& objects, const QuotaNames& names,
                        AdmissionPolicy& policy, ImportContext& context) {
  std::map<std::string, Parent> parents;
  for (const KueueObject& object : of_kind(objects, "Cohort")) {
    ObjectReader spec(spec_of(object, context), object.title("spec"), context);
    AdmissionCohort& cohort = policy.cohorts.emplace_back();
    cohort.name = object.name;
    cohort.parent = read_optional_name(spec, "parentName", context);
    cohort.fair_weight = read_fair_weight(spec, context);
    cohort.groups =
        read_resource_groups(spec, {!cohort.parent.empty(), "parentName", false}, names, context);
    spec.finish();
    if (!cohort.parent.empty()) {
      parents[cohort.name] = {cohort.parent, spec.find("parentName")->place};
    }
  }
  check_cycles(parents, context);
}

void read_kueue_queues(const KueueObjects& objects, const QuotaNames& names,
                       AdmissionPolicy& policy, ImportContext& context) {
  for (const KueueObject& object : of_kind(objects, "ClusterQueue")) {
    policy.queues.push_back(read_queue(object, names, context));
  }
}

void read_kueue_local_queues(const KueueObjects& objects, AdmissionPolicy& policy,
                             ImportContext& context) {
  const std::vector<std::string> queues = queue_names(policy);
  for (const KueueObject& object : of_kind(objects, "LocalQueue")) {
    ObjectReader spec(spec_of(object, context), object.title("spec"), context);
    LocalQueue local;
    local.name = object.name;
    local.stop = spec.word("stopPolicy", StopPolicy::kNone);
    local.fair_weight = read_fair_weight(spec, context);
    const auto queue = read_cluster_queue(object, spec, queues, context);
    spec.finish();
    if (!queue) continue;
    local.queue = *queue;
    policy.local_queues.push_back(std::move(local));
  }
}

}  // namespace sextant::importer
