#include "src/import/kueue_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

using io::Node;
using Strategy = FairPreemptionStrategy;

constexpr std::int64_t kMostInt32 = std::numeric_limits<std::int32_t>::max();

/// Gates that no member of FeatureGates stands for.
struct OtherGates {
  bool admission_fair_sharing = true;
  bool disable_wait_for_pods_ready = false;
};

struct GateName {
  const char* name;
  bool FeatureGates::*gate;
};
constexpr std::array kGates{
    GateName{"FairSharingPreemptWithinNominal", &FeatureGates::fair_sharing_preempt_within_nominal},
    GateName{"FairSharingPrioritizeNonBorrowing",
             &FeatureGates::fair_sharing_prioritize_non_borrowing},
    GateName{"PrioritySortingWithinCohort", &FeatureGates::priority_sorting_within_cohort},
    GateName{"PrioritizePreemptorWorkloads", &FeatureGates::prioritize_preemptor_workloads},
    GateName{"RecomputeAssignmentUponPreemptionTargetsOverlap",
             &FeatureGates::recompute_assignment_upon_overlap},
    GateName{"PartialAdmission", &FeatureGates::partial_admission},
    GateName{"FlavorFungibility", &FeatureGates::flavor_fungibility},
    GateName{"TopologyAwareScheduling", &FeatureGates::topology_aware_scheduling}};

/// The flag that a gate stands for; null if it is not simulated.
bool* gate_named(std::string_view name, FeatureGates& gates, OtherGates& others) {
  if (name == "AdmissionFairSharing") return &others.admission_fair_sharing;
  if (name == "DisableWaitForPodsReady") return &others.disable_wait_for_pods_ready;
  for (const GateName& candidate : kGates) {
    if (name == candidate.name) return &(gates.*candidate.gate);
  }
  return nullptr;
}

void note_other_gate(const Node::Member& member, ImportContext& context) {
  std::vector<std::string> names;
  for (const GateName& gate : kGates) names.emplace_back(gate.name);
  const auto nearest = io::nearest_name(member.key, names);
  context.note(member.key_place,
               fmt::format("feature gate {} is not simulated{}", io::printable(member.key),
                           nearest ? fmt::format(" (did you mean {}?)", *nearest) : ""));
}

OtherGates read_gates(ObjectReader& reader, FeatureGates& gates, ImportContext& context) {
  OtherGates others;
  const Node* found = reader.find("featureGates");
  if (!found) return others;
  const auto* members = found->get<Node::Object>();
  if (!members) {
    context.error(*found, "an object of feature gates");
    return others;
  }
  for (const Node::Member& member : *members) {
    bool* gate = gate_named(member.key, gates, others);
    const auto* value = member.value.get<bool>();
    if (!value) {
      context.error(member.value, "true or false");
    } else if (gate) {
      *gate = *value;
    } else {
      note_other_gate(member, context);
    }
  }
  return others;
}

/// [final], [initial] or [final, initial].
void read_strategies(ObjectReader& sharing, bool optional, AdmissionPolicy& policy,
                     ImportContext& context) {
  if (optional && !sharing.find("preemptionStrategies")) return;
  std::vector<Strategy> strategies;
  const Node::Array& elements = sharing.required_list("preemptionStrategies", 2);
  for (const Node& element : elements) {
    const auto index =
        read_word(element, {"LessThanOrEqualToFinalShare", "LessThanInitialShare"}, context);
    if (!index) return;
    strategies.push_back(EnumNames<Strategy>::table[*index].first);
  }
  if (strategies.empty()) return;
  const bool ordered = std::is_sorted(strategies.begin(), strategies.end()) &&
                       std::adjacent_find(strategies.begin(), strategies.end()) == strategies.end();
  if (!ordered) {
    context.error(*sharing.find("preemptionStrategies"),
                  "LessThanOrEqualToFinalShare, LessThanInitialShare, or both in this order");
  }
  policy.fair_strategies = strategies;
}

void read_fair_sharing(const Node& node, bool beta1, AdmissionPolicy& policy,
                       ImportContext& context) {
  ObjectReader sharing(node, "fairSharing of Configuration", context);
  policy.fair_sharing = beta1 ? sharing.flag("enable", false) : true;
  read_strategies(sharing, beta1, policy, context);
  sharing.finish();
}

void read_requeuing(const Node& node, WaitForPodsReady& waiting, ImportContext& context) {
  ObjectReader reader(node, "requeuingStrategy", context);
  const auto seconds = [&](const char* key, Seconds otherwise) {
    const Node* found = reader.find(key);
    const auto count = found ? read_count(*found, 0, kMostInt32, context) : std::nullopt;
    return count ? Seconds(static_cast<double>(*count)) : otherwise;
  };
  waiting.backoff_base = seconds("backoffBaseSeconds", waiting.backoff_base);
  waiting.backoff_max = seconds("backoffMaxSeconds", waiting.backoff_max);
  if (const Node* limit = reader.find("backoffLimitCount")) {
    const auto count = read_count(*limit, 0, kMostInt32, context);
    if (count) waiting.backoff_limit = static_cast<int>(*count);
  }
  if (const Node* timestamp = reader.find("timestamp")) {
    const auto index = read_word(*timestamp, {"Eviction", "Creation"}, context);
    if (index == 1) {
      context.note(timestamp->place,
                   "timestamp Creation in requeuingStrategy is not simulated: who was not ready in "
                   "time is queued by the time of its eviction");
    }
  }
  reader.finish();
}

std::optional<WaitForPodsReady> read_waiting(const Node& node, bool beta1, ImportContext& context) {
  ObjectReader reader(node, "waitForPodsReady", context);
  WaitForPodsReady waiting;
  const bool enabled = beta1 ? reader.flag("enable", false) : true;
  const auto duration = [&](const char* key) {
    const Node* found = reader.find(key);
    return found ? read_go_duration(*found, context) : std::nullopt;
  };
  const auto timeout = duration("timeout");
  if (timeout && *timeout > Seconds{0}) waiting.timeout = *timeout;
  waiting.recovery_timeout = duration("recoveryTimeout").value_or(waiting.timeout);
  if (*waiting.recovery_timeout == Seconds{0}) waiting.recovery_timeout.reset();
  waiting.block_admission = reader.flag("blockAdmission", beta1);
  if (const Node* requeuing = reader.find("requeuingStrategy")) {
    read_requeuing(*requeuing, waiting, context);
  }
  reader.finish();
  return enabled ? std::optional(waiting) : std::nullopt;
}

void read_resource_weights(const Node& node, const std::vector<std::string>& resources,
                           AdmissionFairSharing& sharing, ImportContext& context) {
  ObjectReader weights(node, "resourceWeights", context);
  const auto* members = node.get<Node::Object>();
  for (const Node::Member& member : members ? *members : Node::Object()) {
    const auto* real = member.value.get<double>();
    const auto* whole = member.value.get<std::int64_t>();
    const double weight = real ? *real : whole ? static_cast<double>(*whole) : -1;
    if (weight < 0) context.error(member.value, "a number >= 0");
    const auto at = std::lower_bound(resources.begin(), resources.end(), member.key);
    if (at == resources.end() || *at != member.key) continue;
    const auto index = static_cast<std::uint16_t>(at - resources.begin());
    sharing.resource_weights.emplace_back(ResourceIndex{index}, weight);
  }
}

AdmissionFairSharing read_admission_fair_sharing(const Node& node,
                                                 const std::vector<std::string>& resources,
                                                 ImportContext& context) {
  ObjectReader reader(node, "admissionFairSharing", context);
  AdmissionFairSharing sharing;
  if (const Node* half_life = reader.require("usageHalfLifeTime")) {
    sharing.usage_half_life = read_go_duration(*half_life, context).value_or(Seconds{0});
  }
  if (const Node* interval = reader.find("usageSamplingInterval")) {
    const auto duration = read_go_duration(*interval, context);
    if (duration && *duration > Seconds{0}) sharing.sampling_interval = *duration;
  }
  if (const Node* weights = reader.find("resourceWeights")) {
    read_resource_weights(*weights, resources, sharing, context);
  }
  reader.finish();
  return sharing;
}

void read_parts(ObjectReader& reader, bool beta1, const KueueDefaults& defaults,
                AdmissionPolicy& policy, ImportContext& context) {
  const OtherGates gates = read_gates(reader, policy.gates, context);
  if (const Node* sharing = reader.find("fairSharing")) {
    read_fair_sharing(*sharing, beta1, policy, context);
  }
  const Node* waiting = reader.find("waitForPodsReady");
  if (waiting) {
    policy.wait_for_pods_ready = read_waiting(*waiting, beta1, context);
  } else if (!beta1 && defaults.waits_for_pods_ready && !gates.disable_wait_for_pods_ready) {
    policy.wait_for_pods_ready = WaitForPodsReady{.recovery_timeout = Seconds{1800}};
  }
  if (gates.disable_wait_for_pods_ready) policy.wait_for_pods_ready.reset();
  const Node* admission = reader.find("admissionFairSharing");
  if (admission) {
    const AdmissionFairSharing read =
        read_admission_fair_sharing(*admission, policy.resources, context);
    if (gates.admission_fair_sharing) policy.admission_fair_sharing = read;
  }
}

}  // namespace

void read_kueue_configuration(const KueueObject* configuration, const KueueDefaults& defaults,
                              AdmissionPolicy& policy, ImportContext& context) {
  policy.gates = defaults.gates;
  if (!configuration) {
    if (defaults.waits_for_pods_ready) {
      policy.wait_for_pods_ready = WaitForPodsReady{.recovery_timeout = Seconds{1800}};
    }
    context.note(fmt::format(
        "no Configuration: Kueue's defaults hold, classical preemption{}",
        defaults.waits_for_pods_ready ? " and 30 min for the pods of a workload to be ready" : ""));
    return;
  }
  const bool beta1 = configuration->version == "v1beta1";
  ObjectReader reader(*configuration->node, "Configuration", context);
  read_parts(reader, beta1, defaults, policy, context);
  reader.ignore({"apiVersion", "kind", "metadata", "namespace", "webhook", "leaderElection",
                 "metrics", "health", "pprofBindAddress", "controller", "tls",
                 "manageJobsWithoutQueueName", "managedJobsNamespaceSelector",
                 "internalCertManagement", "clientConnection", "integrations", "visibilityServer",
                 "queueVisibility", "objectRetentionPolicies"});
  reader.not_simulated({"multiKueue", "resources"});
  reader.finish();
}

}  // namespace sextant::importer
