#include "src/import/kueue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/diagnostics.h"
#include "src/io/parse_yaml.h"

namespace sextant::importer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::filesystem::path sample(const char* name) {
  return std::filesystem::path(SEXTANT_SOURCE_DIR) / "tests/data/kueue" / name;
}

/// The policy in a text, and what was said about it.
struct Read {
  explicit Read(std::string text, const KueueDefaults& defaults = {})
      : document("kueue.yaml", std::move(text), false) {
    if (io::parse_yaml(document, diagnostics)) {
      result = read_kueue(document.root, diagnostics, defaults);
    }
  }
  const AdmissionPolicy& policy() const {
    EXPECT_TRUE(result) << diagnostics.render_errors();
    return result.value().policy;
  }
  std::string errors() const {
    EXPECT_FALSE(result);
    return diagnostics.render_errors();
  }

  io::Document document;
  io::Diagnostics diagnostics;
  std::optional<ImportedPolicy> result;
};

constexpr const char* kFlavor =
    "{apiVersion: kueue.x-k8s.io/v1beta2, kind: ResourceFlavor, metadata: {name: gpus}}";

/// A flavor, and a queue with these members of its spec.
std::string queue_with(std::string_view spec, std::string_view version = "v1beta2") {
  return fmt::format(
      "{}\n---\napiVersion: kueue.x-k8s.io/{}\nkind: ClusterQueue\nmetadata: {{name: q}}\n"
      "spec:\n  namespaceSelector: {{}}\n{}",
      kFlavor, version, spec);
}

/// The same with one group of one flavor and these quotas of "gpu".
std::string queue_with_quota(std::string_view quota, std::string_view spec = "") {
  return queue_with(fmt::format(
      "{}  resourceGroups:\n  - coveredResources: [gpu]\n    flavors:\n    - name: gpus\n"
      "      resources: [{{name: gpu, {}}}]\n",
      spec, quota));
}

std::string object(std::string_view kind, std::string_view name, std::string_view spec) {
  return fmt::format(
      "---\napiVersion: kueue.x-k8s.io/v1beta2\nkind: {}\nmetadata: {{name: {}}}\nspec: {}\n", kind,
      name, spec);
}

std::string configuration(std::string_view members) {
  return queue_with_quota("nominalQuota: 4") +
         fmt::format("---\napiVersion: config.kueue.x-k8s.io/v1beta2\nkind: Configuration\n{}\n",
                     members);
}

TEST(Kueue, EveryObjectOfTheSampleIsUnderstood) {
  Documents documents;
  io::Diagnostics diagnostics;
  const std::vector paths{sample("two_teams.yaml")};
  const auto read = read_kueue_files(paths, documents, diagnostics);
  ASSERT_TRUE(read) << diagnostics.render_errors();
  EXPECT_THAT(diagnostics.warnings(), IsEmpty());
  EXPECT_THAT(read->notes, IsEmpty());
  const AdmissionPolicy& policy = read->policy;
  EXPECT_THAT(policy.resources, ElementsAre("cpu", "memory", "nvidia.com/gpu"));
  ASSERT_EQ(policy.flavors.size(), 2u);
  EXPECT_EQ(read->flavor_nodes[0].instance_type, "p5.48xlarge");
  ASSERT_EQ(policy.flavors[0].levels.size(), 2u);
  EXPECT_EQ(policy.flavors[0].levels[1].name, "example.com/rack");
  EXPECT_TRUE(policy.flavors[1].levels.empty());

  ASSERT_EQ(policy.cohorts.size(), 1u);
  EXPECT_EQ(policy.cohorts[0].fair_weight, 2);
  EXPECT_EQ(policy.cohorts[0].groups[0].flavors[0].resources[0].nominal, 8);

  ASSERT_EQ(policy.queues.size(), 2u);
  const AdmissionQueue& vision = policy.queues[0];
  EXPECT_EQ(vision.cohort, "research");
  EXPECT_EQ(vision.strategy, QueueingStrategy::kStrictFifo);
  EXPECT_EQ(vision.preemption.reclaim_within_cohort, ReclaimPolicy::kAny);
  EXPECT_EQ(vision.preemption.within_queue, WithinQueuePolicy::kLowerPriority);
  EXPECT_EQ(vision.fungibility.when_can_borrow, FlavorSearch::kTryNextFlavor);
  EXPECT_EQ(vision.fungibility.preference, FungibilityPreference::kPreemptionOverBorrowing);
  const ResourceQuota& gpu = vision.groups[0].flavors[0].resources[0];
  EXPECT_EQ(gpu.resource, ResourceIndex{2});
  EXPECT_EQ(gpu.nominal, 16);
  EXPECT_EQ(gpu.borrowing_limit, 8);
  EXPECT_EQ(gpu.lending_limit, 12);
  const FlavorQuotas& host = vision.groups[1].flavors[0];
  EXPECT_EQ(host.flavor, FlavorIndex{1});
  EXPECT_EQ(host.resources[0].nominal, 1500);
  EXPECT_EQ(host.resources[1].nominal, std::int64_t{64} << 30);
  EXPECT_EQ(host.resources[1].borrowing_limit, std::nullopt);

  const AdmissionQueue& language = policy.queues[1];
  EXPECT_EQ(language.fair_weight, 0.5);
  EXPECT_EQ(language.stop, StopPolicy::kHold);
  EXPECT_TRUE(language.admission_fair_sharing);
  EXPECT_EQ(language.groups.size(), 2u);

  ASSERT_EQ(policy.local_queues.size(), 2u);
  EXPECT_EQ(policy.local_queues[1].name, "language/main");
  EXPECT_EQ(policy.local_queues[1].queue, QueueIndex{1});
  EXPECT_EQ(policy.local_queues[1].fair_weight, 3);
  ASSERT_EQ(policy.priority_classes.size(), 1u);
  EXPECT_EQ(policy.priority_classes[0].value, 1000);

  EXPECT_TRUE(policy.fair_sharing);
  EXPECT_THAT(policy.fair_strategies, ElementsAre(FairPreemptionStrategy::kLessThanInitialShare));
  ASSERT_TRUE(policy.wait_for_pods_ready);
  EXPECT_EQ(policy.wait_for_pods_ready->timeout, Seconds{300});
  EXPECT_EQ(policy.wait_for_pods_ready->recovery_timeout, Seconds{180});
  EXPECT_TRUE(policy.wait_for_pods_ready->block_admission);
  EXPECT_EQ(policy.wait_for_pods_ready->backoff_limit, 10);
  EXPECT_EQ(policy.wait_for_pods_ready->backoff_base, Seconds{30});
  EXPECT_EQ(policy.wait_for_pods_ready->backoff_max, Seconds{600});
  ASSERT_TRUE(policy.admission_fair_sharing);
  EXPECT_EQ(policy.admission_fair_sharing->usage_half_life, Seconds{604800});
  EXPECT_EQ(policy.admission_fair_sharing->sampling_interval, Seconds{300});
  EXPECT_THAT(policy.admission_fair_sharing->resource_weights,
              ElementsAre(std::pair(ResourceIndex{2}, 100.0), std::pair(ResourceIndex{0}, 0.0)));
  EXPECT_TRUE(policy.gates.prioritize_preemptor_workloads);
  EXPECT_FALSE(policy.gates.fair_sharing_preempt_within_nominal);
}

TEST(Kueue, OlderVersionsHaveOtherNamesAndDefaults) {
  Documents documents;
  io::Diagnostics diagnostics;
  const std::vector paths{sample("older.json")};
  const auto read = read_kueue_files(paths, documents, diagnostics);
  ASSERT_TRUE(read) << diagnostics.render_errors();
  const AdmissionQueue& queue = read->policy.queues.at(0);
  EXPECT_EQ(queue.cohort, "everyone");
  EXPECT_EQ(queue.fungibility.when_can_borrow, FlavorSearch::kMayStopSearch);
  EXPECT_EQ(queue.fungibility.when_can_preempt, FlavorSearch::kMayStopSearch);
  EXPECT_EQ(queue.preemption.borrow_within_cohort, BorrowPreemptionPolicy::kLowerPriority);
  EXPECT_EQ(queue.preemption.borrow_max_priority_threshold, 100);
  EXPECT_EQ(read->policy.fair_strategies.size(), 2u);
  ASSERT_TRUE(read->policy.wait_for_pods_ready);
  EXPECT_TRUE(read->policy.wait_for_pods_ready->block_admission);
  EXPECT_EQ(read->policy.wait_for_pods_ready->timeout, Seconds{1800});
  EXPECT_THAT(read->notes, ElementsAre(HasSubstr("no ResourceFlavors"),
                                       "borrowWithinCohort has no effect with fair sharing"));
}

TEST(Kueue, DefaultsAreThoseOfTheApi) {
  const Read read(queue_with_quota("nominalQuota: 4"));
  const AdmissionQueue& queue = read.policy().queues.at(0);
  EXPECT_EQ(queue.strategy, QueueingStrategy::kBestEffortFifo);
  EXPECT_EQ(queue.preemption.within_queue, WithinQueuePolicy::kNever);
  EXPECT_EQ(queue.preemption.reclaim_within_cohort, ReclaimPolicy::kNever);
  EXPECT_EQ(queue.fungibility.when_can_borrow, FlavorSearch::kMayStopSearch);
  EXPECT_EQ(queue.fungibility.when_can_preempt, FlavorSearch::kTryNextFlavor);
  EXPECT_EQ(queue.fungibility.preference, std::nullopt);
  EXPECT_EQ(queue.fair_weight, 1);
  EXPECT_EQ(queue.stop, StopPolicy::kNone);
  EXPECT_FALSE(read.policy().fair_sharing);
  ASSERT_TRUE(read.policy().wait_for_pods_ready);
  EXPECT_EQ(read.policy().wait_for_pods_ready->recovery_timeout, Seconds{1800});
  EXPECT_FALSE(read.policy().wait_for_pods_ready->block_admission);
  EXPECT_THAT(read.result->notes, ElementsAre(HasSubstr("no Configuration")));
}

TEST(Kueue, VersionsDecideWhatAConfigurationDoesNot) {
  const Read older(configuration("namespace: kueue-system"),
                   {.gates = {.partial_admission = false}, .waits_for_pods_ready = false});
  EXPECT_FALSE(older.policy().wait_for_pods_ready);
  EXPECT_FALSE(older.policy().gates.partial_admission);
  const Read disabled(configuration("featureGates: {DisableWaitForPodsReady: true}"));
  EXPECT_FALSE(disabled.policy().wait_for_pods_ready);
  const Read never(configuration("waitForPodsReady: {timeout: 5m, recoveryTimeout: 0s}"));
  EXPECT_FALSE(never.policy().wait_for_pods_ready->recovery_timeout);
  const Read admission(
      configuration("admissionFairSharing: {usageHalfLifeTime: 1h}\nfeatureGates: "
                    "{AdmissionFairSharing: false}"));
  EXPECT_FALSE(admission.policy().admission_fair_sharing);
}

TEST(Kueue, WhatIsNotSimulatedIsSaid) {
  const Read read(
      queue_with_quota("nominalQuota: 4",
                       "  admissionChecksStrategy: {admissionChecks: [{name: prov}]}\n") +
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kueue-manager-config}\n"
      "---\napiVersion: kueue.x-k8s.io/v1beta2\nkind: AdmissionCheck\nmetadata: {name: prov}\n"
      "---\napiVersion: config.kueue.x-k8s.io/v1beta2\nkind: Configuration\n"
      "resources: {excludeResourcePrefixes: [\"x.com\"]}\nfeatureGates: {PriorityBoost: true}\n");
  ASSERT_TRUE(read.result) << read.diagnostics.render_errors();
  EXPECT_THAT(read.result->notes,
              testing::UnorderedElementsAre(
                  "admissionChecksStrategy in spec of ClusterQueue is not simulated",
                  "objects of kind ConfigMap are skipped",
                  HasSubstr("a Configuration within a ConfigMap is not seen"),
                  "objects of kind AdmissionCheck are skipped",
                  "resources in Configuration is not simulated",
                  "feature gate PriorityBoost is not simulated"));
  EXPECT_EQ(read.diagnostics.warnings().size(), 6u);
}

TEST(Kueue, NamespacesAndTaintsAreNotSimulated) {
  const Read read(
      "apiVersion: kueue.x-k8s.io/v1beta2\nkind: ResourceFlavor\nmetadata: {name: spot}\n"
      "spec: {nodeTaints: [{key: spot, value: \"true\", effect: NoSchedule}]}\n" +
      object("ClusterQueue", "a",
             "{resourceGroups: [{coveredResources: [cpu], flavors: [{name: spot, resources: "
             "[{name: cpu, nominalQuota: 1}]}]}]}") +
      object("ClusterQueue", "b", "{namespaceSelector: {matchLabels: {team: b}}}"));
  ASSERT_TRUE(read.result) << read.diagnostics.render_errors();
  EXPECT_THAT(read.result->notes, Contains(HasSubstr("nodeTaints of ResourceFlavor")));
  EXPECT_THAT(read.result->notes, Contains(HasSubstr("without namespaceSelector")));
  EXPECT_THAT(read.result->notes, Contains(HasSubstr("namespaceSelector is not simulated")));
}

TEST(Kueue, CohortsFormATree) {
  const std::string quota = queue_with_quota("nominalQuota: 4", "  cohortName: a\n");
  const Read tree(quota + object("Cohort", "a", "{parentName: b}") + object("Cohort", "b", "{}"));
  EXPECT_EQ(tree.policy().cohorts.at(0).parent, "b");
  const Read circle(quota + object("Cohort", "a", "{parentName: b}") +
                    object("Cohort", "b", "{parentName: c}") +
                    object("Cohort", "c", "{parentName: b}"));
  EXPECT_THAT(circle.errors(), HasSubstr("found cohorts in a circle: b → c → b"));
  EXPECT_EQ(circle.diagnostics.error_count(), 1u);
  const Read itself(quota + object("Cohort", "a", "{parentName: a}"));
  EXPECT_THAT(itself.errors(), HasSubstr("a → a"));
}

/// A text, and what must be said about it.
struct Fault {
  std::string text;
  std::string said;
};

class KueueFaults : public testing::TestWithParam<Fault> {};

TEST_P(KueueFaults, AreReported) {
  EXPECT_THAT(Read(GetParam().text).errors(), HasSubstr(GetParam().said));
}

const std::string kQuota = "nominalQuota: 4";
INSTANTIATE_TEST_SUITE_P(
    Quotas, KueueFaults,
    testing::Values(
        Fault{queue_with_quota("nominalQuota: 4, borrowingLimit: 1"),
              "found borrowingLimit without cohortName"},
        Fault{queue_with_quota("nominalQuota: 4, lendingLimit: 1"),
              "found lendingLimit without cohortName"},
        Fault{queue_with_quota("nominalQuota: 4, lendingLimit: 5", "  cohortName: a\n"),
              "found 5, expected at most the nominalQuota, 4"},
        Fault{queue_with_quota("nominalQuota: -1"), "found -1, expected a quantity >= 0"},
        Fault{queue_with_quota("nominalQuota: 4x"), "found 4x, expected a quantity >= 0"},
        Fault{queue_with_quota("nominalQuota: [4]"), "found an array, expected a quantity"},
        Fault{queue_with_quota("nominalQuota: null"), "key \"nominalQuota\" is missing"},
        Fault{queue_with_quota("nominalQuota: 4, borowingLimit: 1"),
              "did you mean \"borrowingLimit\"?"},
        Fault{queue_with("  resourceGroups:\n  - {coveredResources: [gpu, cpu], flavors: [{name: "
                         "gpus, resources: [{name: gpu, nominalQuota: 1}]}]}\n"),
              "found 1 resources, expected the 2 of coveredResources: gpu, cpu"},
        Fault{queue_with("  resourceGroups:\n  - {coveredResources: [gpu], flavors: [{name: gpus, "
                         "resources: [{name: cpu, nominalQuota: 1}]}]}\n"),
              "found cpu, expected \"gpu\", as in coveredResources"},
        Fault{queue_with("  resourceGroups:\n  - {coveredResources: [gpu], flavors: [{name: gpu, "
                         "resources: [{name: gpu, nominalQuota: 1}]}]}\n"),
              "did you mean \"gpus\"?"},
        Fault{queue_with("  resourceGroups:\n  - {coveredResources: [gpu, gpu], flavors: []}\n"),
              "found gpu a second time"},
        Fault{queue_with("  resourceGroups:\n  - {coveredResources: [], flavors: []}\n"),
              "found an empty list, expected at least one element"},
        Fault{
            queue_with("  resourceGroups:\n" +
                       [] {
                         std::string groups;
                         for (int i = 0; i < 17; ++i) {
                           groups += fmt::format(
                               "  - {{coveredResources: [r{}], flavors: [{{name: gpus, resources: "
                               "[{{name: r{}, nominalQuota: 1}}]}}]}}\n",
                               i, i);
                         }
                         return groups;
                       }()),
            "found 17 elements, expected at most 16"},
        Fault{queue_with("  resourceGroups: {}\n"), "found an object, expected a list"}));

INSTANTIATE_TEST_SUITE_P(
    Queues, KueueFaults,
    testing::Values(
        Fault{queue_with("  cohort: a\n"), "did you mean \"cohortName\"?"},
        Fault{queue_with("  cohortName: a\n", "v1beta1"),
              "found unknown key \"cohortName\" in spec of ClusterQueue"},
        Fault{queue_with("  cohortName: Not_A_Name\n"), "expected a name of lower case letters"},
        Fault{queue_with("  queueingStrategy: StrictFifo\n"), "did you mean \"StrictFIFO\"?"},
        Fault{queue_with("  stopPolicy: Stop\n"), "expected one of \"None\", \"Hold\""},
        Fault{queue_with("  flavorFungibility: {whenCanBorrow: Borrow}\n"), "found Borrow"},
        Fault{queue_with("  flavorFungibility: {preference: PreemptionOverBorrowing}\n"),
              "found a preference between flavors that are not all tried"},
        Fault{queue_with("  preemption: {withinClusterQueue: Any}\n"), "found Any"},
        Fault{queue_with("  preemption: {borrowWithinCohort: {policy: LowerPriority}}\n"),
              "found borrowWithinCohort while reclaimWithinCohort is Never"},
        Fault{queue_with("  fairSharing: {weight: -1}\n"), "found -1, expected a quantity >= 0"},
        Fault{queue_with("  fairSharing: {weight: 1n}\n"), "expected 0, or a weight above 1e-9"},
        Fault{queue_with("  admissionScope: {}\n"), "key \"admissionMode\" is missing"},
        Fault{queue_with("  namespaceSelektor: {}\n"), "did you mean \"namespaceSelector\"?"},
        Fault{queue_with("", "v1alpha1"), "expected \"kueue.x-k8s.io/v1beta1\" or"},
        Fault{queue_with("") + queue_with("").substr(std::string(kFlavor).size()),
              "found ClusterQueue q a second time"},
        Fault{object("ClusterQueues", "q", "{}"), "did you mean ClusterQueue?"},
        Fault{object("LocalQueue", "l", "{clusterQueue: qq}") + queue_with("").insert(0, "---\n"),
              "found qq, expected the name of a ClusterQueue"},
        Fault{kFlavor, "found no ClusterQueue"},
        Fault{"a: 1\n", "expected an object of Kubernetes, with a \"kind\""},
        Fault{"kind: ClusterQueue\nmetadata: {name: q}\n", "key \"apiVersion\" is missing"},
        Fault{"apiVersion: kueue.x-k8s.io/v1beta2\nkind: ClusterQueue\nmetadata: {}\n",
              "key \"name\" is missing in metadata of ClusterQueue"},
        Fault{queue_with("").append("extra: 1\n"), "found unknown key \"extra\" in ClusterQueue"}));

INSTANTIATE_TEST_SUITE_P(
    Others, KueueFaults,
    testing::Values(
        Fault{object("Topology", "t", "{levels: [{nodeLabel: a}, {nodeLabel: a}]}"),
              "expected each level once"},
        Fault{object("Topology", "t",
                     "{levels: [{nodeLabel: kubernetes.io/hostname}, {nodeLabel: a}]}"),
              "expected no level below the host"},
        Fault{object("Topology", "t", "{levels: []}"), "found an empty list"},
        Fault{object("ResourceFlavor", "f", "{nodeLabels: {a: b}, topologyName: t}"),
              "found t, expected the name of a Topology"},
        Fault{object("Topology", "t", "{levels: [{nodeLabel: a}]}") +
                  object("ResourceFlavor", "f", "{topologyName: t}"),
              "found topologyName without nodeLabels"},
        Fault{object("ResourceFlavor", "f", "{nodeLabels: {a: 1}}"), "expected a text in quotes"},
        Fault{object("WorkloadPriorityClass", "p", "{}"), "found unknown key \"spec\""},
        Fault{"apiVersion: kueue.x-k8s.io/v1beta2\nkind: WorkloadPriorityClass\n"
              "metadata: {name: p}\nvalue: 3000000000\n",
              "expected an integer from -2147483648 to 2147483647"},
        Fault{configuration("fairSharing: {}"), "key \"preemptionStrategies\" is missing"},
        Fault{configuration("fairSharing: {preemptionStrategies: [LessThanInitialShare, "
                            "LessThanOrEqualToFinalShare]}"),
              "or both in this order"},
        Fault{configuration("waitForPodsReady: {enable: true}"), "found unknown key \"enable\""},
        Fault{configuration("waitForPodsReady: {timeout: 5}"), "expected a duration >= 0"},
        Fault{configuration("waitForPodsReady: {requeuingStrategy: {backoffLimitCount: -1}}"),
              "expected an integer from 0 to"},
        Fault{configuration("admissionFairSharing: {resourceWeights: {gpu: -1}}"),
              "expected a number >= 0"},
        Fault{configuration("featureGates: {PartialAdmission: 1}"), "expected true or false"},
        Fault{configuration("fairSharin: {}"), "did you mean \"fairSharing\"?"}));

}  // namespace
}  // namespace sextant::importer
