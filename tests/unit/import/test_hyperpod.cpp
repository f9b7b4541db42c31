#include "src/import/hyperpod.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/import/hyperpod_amounts.h"
#include "src/io/diagnostics.h"
#include "src/io/parse.h"

namespace sextant::importer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

/// 8 nodes of 8 accelerators, and 4 without.
const std::vector<InstanceShape>& cluster() {
  static const std::vector<InstanceShape> kCluster{
      {"ml.p5.48xlarge",
       8,
       192,
       2048 * kGibibyte,
       8,
       "nvidia.com/gpu",
       {{"vpc.amazonaws.com/efa", 32}},
       {}},
      {"ml.m5.2xlarge", 4, 8, 32 * kGibibyte, 0, "", {}, {}}};
  return kCluster;
}

struct Read {
  explicit Read(std::string text) : document("hyperpod.json", std::move(text), false) {
    if (io::parse(document, diagnostics)) {
      result = read_hyperpod(document.root, cluster(), diagnostics);
    }
  }
  const HyperPodPolicy& policy() const {
    EXPECT_TRUE(result) << diagnostics.render_errors();
    return result.value();
  }
  std::string errors() const {
    EXPECT_FALSE(result);
    return diagnostics.render_errors();
  }

  io::Document document;
  io::Diagnostics diagnostics;
  std::optional<HyperPodPolicy> result;
};

HyperPodPolicy sample(const char* name) {
  Documents documents;
  io::Diagnostics diagnostics;
  const std::vector paths{std::filesystem::path(SEXTANT_SOURCE_DIR) / "tests/data/hyperpod" / name};
  const auto read = read_hyperpod_files(paths, cluster(), documents, diagnostics);
  EXPECT_TRUE(read) << diagnostics.render_errors();
  return read.value();
}

/// One team's quota with these members of its ComputeQuotaConfig.
std::string quota(std::string_view config, std::string_view target = R"("TeamName": "a")") {
  return fmt::format(R"({{"ComputeQuotaTarget": {{{}}}, "ComputeQuotaConfig": {{{}}}}})", target,
                     config);
}

std::string quota_of(std::string_view resource, std::string_view more = "") {
  return quota(fmt::format(
      R"("ComputeQuotaResources": [{{"InstanceType": "ml.p5.48xlarge", {}}}]{})", resource, more));
}

std::string scheduler(std::string_view config) {
  return fmt::format(R"([{{"SchedulerConfig": {{{}}}}}, {}])", config, quota_of(R"("Count": 1)"));
}

/// The quota of a resource in a queue's first flavor.
const ResourceQuota& quota_in(const HyperPodPolicy& policy, std::size_t queue,
                              const std::string& resource, std::size_t flavor = 0) {
  const auto& names = policy.policy.resources;
  const auto at = std::find(names.begin(), names.end(), resource) - names.begin();
  return policy.policy.queues.at(queue).groups.at(0).flavors.at(flavor).resources.at(
      static_cast<std::size_t>(at));
}

TEST(HyperPod, TeamsBecomeQueuesOfOneCohort) {
  const HyperPodPolicy read = sample("three_teams.json");
  const AdmissionPolicy& policy = read.policy;
  EXPECT_THAT(policy.resources, ElementsAre("cpu", "memory", "nvidia.com/gpu",
                                            "nvidia.com/mig-2g.20gb", "vpc.amazonaws.com/efa"));
  ASSERT_EQ(read.teams.size(), 3u);
  EXPECT_EQ(read.teams[1].name, "language");
  EXPECT_EQ(read.teams[1].queue, QueueIndex{1});
  EXPECT_EQ(policy.queues[1].name, "hyperpod-ns-language-clusterqueue");
  EXPECT_EQ(policy.local_queues[1].name, "hyperpod-ns-language/hyperpod-ns-language-localqueue");
  EXPECT_EQ(policy.queues[1].cohort, policy.queues[0].cohort);
  EXPECT_EQ(policy.queues[0].fair_weight, 50);
  EXPECT_EQ(policy.queues[2].fair_weight, 0);
  EXPECT_EQ(policy.queues[0].preemption.within_queue, WithinQueuePolicy::kLowerPriority);
  EXPECT_EQ(policy.queues[1].preemption.within_queue, WithinQueuePolicy::kNever);
  EXPECT_EQ(policy.queues[2].preemption.within_queue, WithinQueuePolicy::kLowerPriority);
  EXPECT_EQ(policy.queues[0].preemption.reclaim_within_cohort, ReclaimPolicy::kAny);
  EXPECT_TRUE(policy.fair_sharing);
  ASSERT_EQ(policy.priority_classes.size(), 5u);
  EXPECT_EQ(policy.priority_classes[0].name, "real-time-inference");
  EXPECT_EQ(policy.priority_classes[0].value, 100);
  ASSERT_EQ(policy.flavors.size(), 2u);
  EXPECT_EQ(policy.flavors[0].nodes, 8);
  EXPECT_EQ(read.flavor_nodes[0].instance_type, "ml.p5.48xlarge");
}

TEST(HyperPod, QuotasFollowTheRatioRule) {
  const HyperPodPolicy read = sample("three_teams.json");
  EXPECT_EQ(quota_in(read, 0, "nvidia.com/gpu").nominal, 24);
  EXPECT_EQ(quota_in(read, 0, "cpu").nominal, 3 * 192'000);
  EXPECT_EQ(quota_in(read, 0, "memory").nominal, 3 * 2048 * kGibibyte);
  EXPECT_EQ(quota_in(read, 0, "vpc.amazonaws.com/efa").nominal, 96);
  // Cores alone: memory by their ratio.
  EXPECT_EQ(quota_in(read, 0, "cpu", 1).nominal, 4000);
  EXPECT_EQ(quota_in(read, 0, "memory", 1).nominal, 16 * kGibibyte);
  EXPECT_EQ(quota_in(read, 0, "nvidia.com/gpu", 1).nominal, 0);
  // 20 of 8 accelerators per node.
  EXPECT_EQ(quota_in(read, 1, "nvidia.com/gpu").nominal, 20);
  EXPECT_EQ(quota_in(read, 1, "cpu").nominal, 480'000);
  EXPECT_EQ(quota_in(read, 1, "memory").nominal, 5120 * kGibibyte);
  // 14 partitions of two sevenths are four accelerators.
  EXPECT_EQ(quota_in(read, 2, "nvidia.com/mig-2g.20gb").nominal, 14);
  EXPECT_EQ(quota_in(read, 2, "nvidia.com/gpu").nominal, 0);
  EXPECT_EQ(quota_in(read, 2, "cpu").nominal, 96'000);
}

TEST(HyperPod, LimitsFollowTheStrategy) {
  const HyperPodPolicy read = sample("three_teams.json");
  EXPECT_EQ(quota_in(read, 0, "nvidia.com/gpu").borrowing_limit, 12);
  EXPECT_EQ(quota_in(read, 0, "nvidia.com/gpu").lending_limit, std::nullopt);
  EXPECT_EQ(quota_in(read, 1, "nvidia.com/gpu").borrowing_limit, 6);
  EXPECT_EQ(quota_in(read, 1, "cpu").borrowing_limit, 144'000);
  EXPECT_EQ(quota_in(read, 2, "nvidia.com/gpu").borrowing_limit, 0);
  EXPECT_EQ(quota_in(read, 2, "nvidia.com/gpu").lending_limit, std::nullopt);
  const HyperPodPolicy kept = sample("responses.json");
  EXPECT_EQ(quota_in(kept, 0, "nvidia.com/gpu").borrowing_limit, 0);
  EXPECT_EQ(quota_in(kept, 0, "nvidia.com/gpu").lending_limit, 0);
}

TEST(HyperPod, WhatNobodyHasBelongsToTheCohort) {
  const AdmissionPolicy policy = sample("three_teams.json").policy;
  ASSERT_EQ(policy.cohorts.size(), 1u);
  EXPECT_EQ(policy.cohorts[0].name, policy.queues[0].cohort);
  const auto& flavors = policy.cohorts[0].groups.at(0).flavors;
  EXPECT_EQ(flavors.at(0).resources.at(2).nominal, 64 - 24 - 20);
  EXPECT_EQ(flavors.at(1).resources.at(0).nominal, 32'000 - 4000);
  // More partitions are promised than there are: none are left.
  EXPECT_EQ(flavors.at(0).resources.at(3).nominal, 0);
}

TEST(HyperPod, WhatIsInferredIsSaid) {
  const HyperPodPolicy read = sample("three_teams.json");
  for (const char* rule : {"BorrowLimit percent of its own quota", "AbsoluteBorrowLimits",
                           "with Lend a team", "reclaimWithinCohort Any", "FairShareWeight",
                           "IdleResourceSharing", "partition gets its slices' share"}) {
    EXPECT_THAT(read.notes, Contains(testing::AllOf(testing::StartsWith("inferred mapping: "),
                                                    HasSubstr(rule))));
  }
  EXPECT_THAT(read.notes, Contains(HasSubstr("name more nvidia.com/mig-2g.20gb")));
}

TEST(HyperPod, ResponsesAreReadAsRequestsAre) {
  const HyperPodPolicy read = sample("responses.json");
  EXPECT_FALSE(read.policy.fair_sharing);
  EXPECT_TRUE(read.policy.priority_classes.empty());
  EXPECT_TRUE(read.policy.cohorts.empty());
  EXPECT_THAT(read.notes, Contains(HasSubstr("team two has the status UpdateFailed")));
  EXPECT_THAT(read.notes, Contains(HasSubstr("IdleResourceSharing is not given")));
}

TEST(HyperPod, ADisabledQuotaIsNone) {
  const HyperPodPolicy read = sample("responses.json");
  EXPECT_EQ(read.policy.queues[1].stop, StopPolicy::kHold);
  EXPECT_EQ(quota_in(read, 1, "nvidia.com/gpu").nominal, 0);
  EXPECT_EQ(quota_in(read, 1, "nvidia.com/gpu").borrowing_limit, 0);
  EXPECT_THAT(read.notes, Contains(HasSubstr("team two is Disabled: it has none")));
}

TEST(HyperPod, DefaultsAreThoseOfTheApi) {
  const Read read(quota_of(R"("Accelerators": 5)"));
  EXPECT_EQ(quota_in(read.policy(), 0, "nvidia.com/gpu").borrowing_limit, 2);
  EXPECT_EQ(read.policy().policy.queues[0].preemption.within_queue,
            WithinQueuePolicy::kLowerPriority);
  EXPECT_TRUE(read.policy().policy.fair_sharing);
  EXPECT_THAT(read.policy().notes, Contains(HasSubstr("no ClusterSchedulerConfig")));
}

TEST(HyperPod, MemoryAloneBringsCoresButNoAccelerators) {
  const Read read(quota_of(R"("MemoryInGiB": 512.5)"));
  EXPECT_EQ(quota_in(read.policy(), 0, "memory").nominal, 512 * kGibibyte + kGibibyte / 2);
  EXPECT_EQ(quota_in(read.policy(), 0, "cpu").nominal, 48'046);
  EXPECT_EQ(quota_in(read.policy(), 0, "nvidia.com/gpu").nominal, 0);
}

TEST(HyperPod, NoAcceleratorsAreNoRatio) {
  const Read read(quota_of(R"("Accelerators": 0, "VCpu": 96)"));
  EXPECT_EQ(quota_in(read.policy(), 0, "memory").nominal, 1024 * kGibibyte);
}

TEST(HyperPod, WhatIsGivenIsNotInferred) {
  const Read read(quota_of(R"("Accelerators": 4, "VCpu": 10, "MemoryInGiB": 1)"));
  EXPECT_EQ(quota_in(read.policy(), 0, "cpu").nominal, 10'000);
  EXPECT_EQ(quota_in(read.policy(), 0, "memory").nominal, kGibibyte);
  EXPECT_EQ(quota_in(read.policy(), 0, "vpc.amazonaws.com/efa").nominal, 16);
}

TEST(HyperPod, ATeamWithoutQuotaHasTheClustersFlavors) {
  const Read read(quota(""));
  EXPECT_EQ(read.policy().policy.queues[0].groups[0].flavors.size(), 2u);
  EXPECT_EQ(quota_in(read.policy(), 0, "nvidia.com/gpu").nominal, 0);
}

TEST(HyperPod, ALargeBorrowLimitIsAWarning) {
  const Read read(quota_of(R"("Count": 1)", R"(, "ResourceSharingConfig": {"BorrowLimit": 501})"));
  EXPECT_EQ(quota_in(read.policy(), 0, "nvidia.com/gpu").borrowing_limit, 40);
  EXPECT_THAT(read.diagnostics.render_warnings(), HasSubstr("found a BorrowLimit of 501 %"));
}

TEST(HyperPodAmounts, DividedInstancesHaveNoWholeAccelerators) {
  InstanceShape shape = cluster().front();
  shape.divided = {{2, "nvidia.com/mig-1g.10gb", 56}};
  const Amounts capacity = capacity_of(shape);
  EXPECT_EQ(capacity.at("nvidia.com/gpu"), 48);
  EXPECT_EQ(capacity.at("nvidia.com/mig-1g.10gb"), 112);
  EXPECT_EQ(capacity.at("vpc.amazonaws.com/efa"), 256);
}

TEST(HyperPodAmounts, StayWithinTheirRange) {
  constexpr Amount kMost = std::numeric_limits<Amount>::max();
  EXPECT_EQ(share_of(kMost, 1000, 1), kMost);
  EXPECT_EQ(share_of(7, 1, 2), 3);
  EXPECT_EQ(share_of(7, 1, 0), 0);
  EXPECT_EQ(sum_of(kMost, kMost), kMost);
  EXPECT_EQ(sum_of(-kMost, -kMost), -kMost);
}

struct Fault {
  std::string text;
  std::string said;
};

class HyperPodFaults : public testing::TestWithParam<Fault> {};

TEST_P(HyperPodFaults, AreReported) {
  EXPECT_THAT(Read(GetParam().text).errors(), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Quotas, HyperPodFaults,
    testing::Values(
        Fault{quota(R"("ComputeQuotaResources": [{"InstanceType": "ml.p5.48xlarg", "Count": 1}])"),
              "found \"ml.p5.48xlarg\", expected an instance type of the cluster"},
        Fault{
            quota(R"("ComputeQuotaResources": [{"InstanceType": "ml.trn1.2xlarge", "Count": 1}])"),
            "the cluster has ml.p5.48xlarge, ml.m5.2xlarge"},
        Fault{quota(R"("ComputeQuotaResources": [{"Count": 1}])"),
              "key \"InstanceType\" is missing"},
        Fault{quota(R"("ComputeQuotaResources": [{"InstanceType": "ml.m5.2xlarge",)"
                    R"( "Accelerators": 1}])"),
              "found accelerators of ml.m5.2xlarge, which has none"},
        Fault{quota(R"("ComputeQuotaResources": [{"InstanceType": "ml.m5.2xlarge"}])"),
              "found no amount"},
        Fault{quota_of(R"("Count": -1)"), "expected an integer from 0 to 10000000"},
        Fault{quota_of(R"("VCpu": 1e9)"), "expected a number from 0 to 10000000"},
        Fault{quota_of(R"("AcceleratorPartition": {"Type": "mig-1g.6gb", "Count": 1})"),
              "did you mean \"mig-1g.5gb\"?"},
        Fault{quota_of(R"("AcceleratorPartition": {"Type": "mig-1g.5gb"})"),
              "key \"Count\" is missing in AcceleratorPartition"},
        Fault{quota_of(R"("Cuont": 1)"), "did you mean \"Count\"?"},
        Fault{quota_of(R"("Count": 1)", R"(, "ResourceSharingConfig": {"BorrowLimit": 10001})"),
              "expected an integer from 0 to 10000"},
        Fault{quota_of(R"("Count": 1)", R"(, "ResourceSharingConfig": {"Strategy": "Borrow"})"),
              "expected one of \"DontLend\", \"Lend\", \"LendAndBorrow\""},
        Fault{quota_of(R"("Count": 1)", R"(, "PreemptTeamTasks": "Any")"), "found \"Any\""},
        Fault{quota("", R"("TeamName": "Vision")"), "a name of at most 40 lower case letters"},
        Fault{quota("", R"("TeamName": "a", "FairShareWeight": 101)"),
              "expected an integer from 0 to 100"},
        Fault{quota("", R"("FairShareWeight": 1)"), "key \"TeamName\" is missing"},
        Fault{"[" + quota("") + "," + quota("") + "]", "found a second quota of team a"},
        Fault{R"({"ComputeQuotaTarget": {"TeamName": "a"}})",
              "key \"ComputeQuotaConfig\" is missing"},
        Fault{"[]", "found no ComputeQuota"},
        Fault{R"({"Teams": []})", "expected the body of CreateClusterSchedulerConfig"}));

INSTANTIATE_TEST_SUITE_P(
    Schedulers, HyperPodFaults,
    testing::Values(
        Fault{scheduler(R"("FairShare": "On")"), "expected one of \"Disabled\", \"Enabled\""},
        Fault{scheduler(R"("PriorityClasses": [{"Name": "a"}])"), "key \"Weight\" is missing"},
        Fault{scheduler(R"("PriorityClasses": [{"Name": "a", "Weight": 101}])"),
              "expected an integer from 0 to 100"},
        Fault{scheduler(
                  R"("PriorityClasses": [{"Name": "a", "Weight": 1}, {"Name": "a", "Weight": 2}])"),
              "expected each class once"},
        Fault{scheduler(R"("FairShares": "Enabled")"), "did you mean \"FairShare\"?"},
        Fault{R"([{"SchedulerConfig": {}}, {"SchedulerConfig": {}}])",
              "found a second ClusterSchedulerConfig"},
        Fault{R"({"ClusterSchedulerConfigSummaries": []})",
              "give what DescribeClusterSchedulerConfig returns"}));

}  // namespace
}  // namespace sextant::importer
