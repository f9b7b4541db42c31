#include "sextant/governance/policy_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant {
namespace {

using testing::Field;
using testing::HasSubstr;

AdmissionPolicy sound_policy() {
  AdmissionPolicy policy;
  policy.resources = {"cpu", "nvidia.com/gpu"};
  policy.flavors.emplace_back().name = "h100";
  policy.flavors.emplace_back().name = "a100";
  AdmissionQueue& queue = policy.queues.emplace_back();
  queue.name = "a";
  queue.cohort = "all";
  queue.groups = {
      {{{FlavorIndex{0}, {{ResourceIndex{0}, 8, {}, {}}, {ResourceIndex{1}, 8, 4, 2}}},
        {FlavorIndex{1}, {{ResourceIndex{0}, 8, {}, {}}, {ResourceIndex{1}, 8, 4, 2}}}}}};
  return policy;
}

void expect_fault(const AdmissionPolicy& policy, PolicyFaultKind kind, const char* where,
                  const char* what) {
  const std::vector<PolicyFault> faults = policy_faults(policy);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].kind, kind);
  EXPECT_EQ(faults[0].where, where);
  EXPECT_THAT(faults[0].what, HasSubstr(what));
}

TEST(PolicyFaults, NoneInASoundPolicy) { EXPECT_TRUE(policy_faults(sound_policy()).empty()); }

TEST(PolicyFaults, CyclesOfCohorts) {
  AdmissionPolicy policy = sound_policy();
  for (const auto& [name, parent] :
       {std::pair{"x", "y"}, std::pair{"y", "z"}, std::pair{"z", "y"}}) {
    policy.cohorts.emplace_back().name = name;
    policy.cohorts.back().parent = parent;
  }
  expect_fault(policy, PolicyFaultKind::kCohortCycle, "cohort 'y'", "its own ancestor");
}

TEST(PolicyFaults, WeightsOutOfRange) {
  for (const double weight : {-1.0, 1e-9, 1e-12}) {
    AdmissionPolicy policy = sound_policy();
    policy.queues[0].fair_weight = weight;
    expect_fault(policy, PolicyFaultKind::kWeight, "queue 'a'", "0 or more than 1e-9");
  }
  AdmissionPolicy policy = sound_policy();
  policy.queues[0].fair_weight = 0;
  EXPECT_TRUE(policy_faults(policy).empty());
}

TEST(PolicyFaults, LimitsWithoutACohort) {
  AdmissionPolicy policy = sound_policy();
  policy.queues[0].cohort = "";
  EXPECT_EQ(policy_faults(policy).size(), 2U) << "one for each flavor";
  EXPECT_THAT(policy_faults(policy)[0].what, HasSubstr("borrowing limit"));
}

TEST(PolicyFaults, LendingMoreThanThereIs) {
  AdmissionPolicy policy = sound_policy();
  policy.queues[0].groups[0].flavors[1].resources[1].lending_limit = 9;
  expect_fault(policy, PolicyFaultKind::kLendingLimit, "queue 'a'", "above the nominal quota of 8");
}

TEST(PolicyFaults, UnequalResourcesInAGroup) {
  AdmissionPolicy policy = sound_policy();
  policy.queues[0].groups[0].flavors[1].resources.pop_back();
  expect_fault(policy, PolicyFaultKind::kUnequalResources, "queue 'a'", "flavor 'a100'");
}

TEST(PolicyFaults, ListsOfStrategies) {
  AdmissionPolicy policy = sound_policy();
  policy.fair_strategies = {FairPreemptionStrategy::kLessThanInitialShare,
                            FairPreemptionStrategy::kLessThanOrEqualToFinalShare};
  expect_fault(policy, PolicyFaultKind::kFairStrategies, "", "in this order");
  policy.fair_strategies = {};
  expect_fault(policy, PolicyFaultKind::kFairStrategies, "", "in this order");
}

TEST(PolicyFaults, RulesThatContradictEachOther) {
  AdmissionPolicy policy = sound_policy();
  policy.queues[0].fungibility.preference = FungibilityPreference::kPreemptionOverBorrowing;
  expect_fault(policy, PolicyFaultKind::kFungibilityPreference, "queue 'a'", "TryNextFlavor");
  policy = sound_policy();
  policy.queues[0].preemption.borrow_within_cohort = BorrowPreemptionPolicy::kLowerPriority;
  expect_fault(policy, PolicyFaultKind::kBorrowWithoutReclaim, "queue 'a'", "reclaimWithinCohort");
}

TEST(PolicyFaults, TopologiesThatDoNotNest) {
  AdmissionPolicy policy = sound_policy();
  policy.flavors[0].levels = {{"block", 8}, {"rack", 3}};
  expect_fault(policy, PolicyFaultKind::kTopologyLevels, "flavor 'h100'", "level 'rack'");
}

TEST(PolicyFaults, NamesTwice) {
  AdmissionPolicy policy = sound_policy();
  policy.queues.push_back(policy.queues[0]);
  expect_fault(policy, PolicyFaultKind::kNameTwice, "queue 'a'", "twice");
}

}  // namespace
}  // namespace sextant
