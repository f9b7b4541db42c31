#include "sextant/governance/kueue_scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant {
namespace {

using testing::ElementsAre;

constexpr ResourceIndex kGpu{0};
constexpr FlavorIndex kFlavor{0};
constexpr std::int64_t kSecond = 1'000'000'000;

SimTime at(std::int64_t seconds) { return SimTime(seconds * kSecond); }
WorkloadIndex number(std::uint32_t i) { return WorkloadIndex{i}; }

AdmissionPolicy one_queue(Amount nominal) {
  AdmissionPolicy policy;
  policy.resources = {"nvidia.com/gpu"};
  policy.flavors.emplace_back().name = "h100";
  AdmissionQueue& queue = policy.queues.emplace_back();
  queue.name = "a";
  queue.groups = {{{{kFlavor, {{kGpu, nominal, {}, {}}}}}}};
  queue.preemption.within_queue = WithinQueuePolicy::kLowerPriority;
  return policy;
}

AdmissionPolicy two_queues(Amount nominal) {
  AdmissionPolicy policy = one_queue(nominal);
  policy.queues[0].cohort = "all";
  policy.queues[0].preemption.reclaim_within_cohort = ReclaimPolicy::kAny;
  policy.queues.push_back(policy.queues[0]);
  policy.queues[1].name = "b";
  return policy;
}

Workload asks(Amount gpus, std::int32_t priority = 0, SimTime created = {},
              std::uint32_t queue = 0) {
  Workload workload{
      .queue = QueueIndex{queue}, .priority = priority, .created = created, .podsets = {}};
  workload.podsets.emplace_back().per_pod = {{kGpu, gpus}};
  return workload;
}

std::vector<std::uint32_t> admitted(const Scheduler::Decisions& decisions) {
  std::vector<std::uint32_t> all;
  for (const Admission& one : decisions.admitted) {
    all.push_back(static_cast<std::uint32_t>(one.workload));
  }
  return all;
}

TEST(KueueScheduler, AdmitsOneHeadAfterTheOther) {
  KueueScheduler scheduler(one_queue(8));
  scheduler.submit(number(0), asks(4, 0, at(1)), at(1));
  scheduler.submit(number(1), asks(4, 5, at(2)), at(2));
  EXPECT_EQ(scheduler.why_waiting(number(0)).reason, WaitReason::kBehindOthers);
  EXPECT_EQ(scheduler.why_waiting(number(0)).other, number(1));
  EXPECT_THAT(admitted(scheduler.cycle(at(2))), ElementsAre(1U));
  EXPECT_TRUE(scheduler.wants_cycle(at(2)));
  EXPECT_THAT(admitted(scheduler.cycle(at(2))), ElementsAre(0U));
  EXPECT_FALSE(scheduler.wants_cycle(at(2)));
  EXPECT_EQ(scheduler.quota().usage(QuotaNode{0}, FlavorResource{0}), 8);
}

TEST(KueueScheduler, ParksWhatDoesNotFitUntilSomethingEnds) {
  KueueScheduler scheduler(one_queue(8));
  scheduler.submit(number(0), asks(6), at(0));
  (void)scheduler.cycle(at(0));
  scheduler.submit(number(1), asks(4, 0, at(1)), at(1));
  scheduler.submit(number(2), asks(4, 0, at(2)), at(2));
  scheduler.submit(number(3), asks(2, 0, at(3)), at(3));
  EXPECT_TRUE(admitted(scheduler.cycle(at(3))).empty());
  EXPECT_TRUE(scheduler.parked(number(1)));
  EXPECT_TRUE(scheduler.parked(number(2))) << "of the same shape";
  EXPECT_EQ(scheduler.why_waiting(number(2)).reason, WaitReason::kNoQuota);
  EXPECT_EQ(scheduler.why_waiting(number(2)).short_by, 2);
  EXPECT_THAT(admitted(scheduler.cycle(at(3))), ElementsAre(3U));
  scheduler.submit(number(4), asks(4, 0, at(4)), at(4));
  EXPECT_TRUE(scheduler.parked(number(4))) << "its shape is parked";
  EXPECT_FALSE(scheduler.wants_cycle(at(4)));
  scheduler.remove(number(0), at(5));
  EXPECT_THAT(admitted(scheduler.cycle(at(5))), ElementsAre(1U));
}

TEST(KueueScheduler, StrictFifoWaitsForItsHead) {
  AdmissionPolicy policy = one_queue(8);
  policy.queues[0].strategy = QueueingStrategy::kStrictFifo;
  KueueScheduler scheduler(policy);
  scheduler.submit(number(0), asks(9, 0, at(0)), at(0));
  scheduler.submit(number(1), asks(1, 0, at(1)), at(1));
  EXPECT_TRUE(admitted(scheduler.cycle(at(1))).empty());
  EXPECT_FALSE(scheduler.wants_cycle(at(1))) << "nothing has changed";
  EXPECT_EQ(scheduler.why_waiting(number(0)).reason, WaitReason::kNeverFits);
  EXPECT_EQ(scheduler.why_waiting(number(0)).short_by, 1);
  EXPECT_EQ(scheduler.why_waiting(number(1)).reason, WaitReason::kBehindOthers);
  scheduler.remove(number(0), at(2));
  EXPECT_THAT(admitted(scheduler.cycle(at(2))), ElementsAre(1U));
}

TEST(KueueScheduler, VictimsKeepTheirQuotaUntilTheyAreGone) {
  KueueScheduler scheduler(two_queues(8));
  scheduler.submit(number(0), asks(8, 0, at(0)), at(0));
  scheduler.submit(number(1), asks(8, 9, at(1)), at(1));
  (void)scheduler.cycle(at(1));
  (void)scheduler.cycle(at(1));
  scheduler.submit(number(2), asks(8, 0, at(2), 1), at(2));
  const Scheduler::Decisions decisions = scheduler.cycle(at(2));
  ASSERT_EQ(decisions.evicted.size(), 1U);
  EXPECT_EQ(decisions.evicted[0].workload, number(0)) << "the lower priority";
  EXPECT_EQ(decisions.evicted[0].reason, EvictionReason::kInCohortReclamation);
  EXPECT_EQ(decisions.evicted[0].preemptor, number(2));
  (void)scheduler.cycle(at(2));
  EXPECT_FALSE(scheduler.wants_cycle(at(2)));
  EXPECT_EQ(scheduler.why_waiting(number(2)).reason, WaitReason::kPreempting);
  EXPECT_EQ(scheduler.why_waiting(number(2)).other, number(0));
  scheduler.requeue(number(0), EvictionReason::kInCohortReclamation, {}, at(3), at(3));
  EXPECT_THAT(admitted(scheduler.cycle(at(3))), ElementsAre(2U));
}

TEST(KueueScheduler, ComesBackAfterItsBackoff) {
  KueueScheduler scheduler(one_queue(8));
  scheduler.submit(number(0), asks(8), at(0));
  (void)scheduler.cycle(at(0));
  scheduler.evicting(number(0), at(1));
  scheduler.requeue(number(0), EvictionReason::kPodsReadyTimeout, {}, at(2), at(60));
  EXPECT_FALSE(scheduler.wants_cycle(at(59)));
  EXPECT_EQ(scheduler.next_wake(), at(60));
  EXPECT_EQ(scheduler.why_waiting(number(0)).reason, WaitReason::kBackoff);
  EXPECT_TRUE(scheduler.wants_cycle(at(60)));
  EXPECT_THAT(admitted(scheduler.cycle(at(60))), ElementsAre(0U));
}

TEST(KueueScheduler, WaitsForPodsIfItMust) {
  AdmissionPolicy policy = one_queue(8);
  policy.wait_for_pods_ready.emplace().block_admission = true;
  KueueScheduler scheduler(policy);
  scheduler.submit(number(0), asks(1, 0, at(0)), at(0));
  scheduler.submit(number(1), asks(1, 0, at(1)), at(1));
  EXPECT_THAT(admitted(scheduler.cycle(at(1))), ElementsAre(0U));
  EXPECT_TRUE(admitted(scheduler.cycle(at(1))).empty());
  EXPECT_EQ(scheduler.why_waiting(number(1)).reason, WaitReason::kPodsNotReady);
  EXPECT_FALSE(scheduler.wants_cycle(at(1)));
  scheduler.set_pods_ready(number(0), true, at(2));
  EXPECT_THAT(admitted(scheduler.cycle(at(2))), ElementsAre(1U));
}

TEST(KueueScheduler, SparesWhoHasRunTooShort) {
  AdmissionPolicy policy = one_queue(8);
  policy.minimum_runtime = Seconds(100);
  KueueScheduler scheduler(policy);
  scheduler.submit(number(0), asks(8), at(0));
  (void)scheduler.cycle(at(0));
  scheduler.submit(number(1), asks(8, 5, at(1)), at(1));
  EXPECT_TRUE(scheduler.cycle(at(1)).evicted.empty());
  EXPECT_EQ(scheduler.next_wake(), at(100));
  EXPECT_TRUE(scheduler.wants_cycle(at(100)));
  EXPECT_EQ(scheduler.cycle(at(100)).evicted.size(), 1U);
}

TEST(KueueScheduler, AdmitsFewerPodsIfAllowed) {
  KueueScheduler scheduler(one_queue(8));
  Workload workload = asks(1);
  workload.podsets[0].count = 12;
  workload.podsets[0].min_count = 2;
  scheduler.submit(number(0), workload, at(0));
  const Scheduler::Decisions decisions = scheduler.cycle(at(0));
  ASSERT_EQ(decisions.admitted.size(), 1U);
  EXPECT_EQ(decisions.admitted[0].podsets[0].count, 8);
}

TEST(KueueScheduler, HoldsAndDrainsStoppedQueues) {
  AdmissionPolicy policy = one_queue(8);
  policy.queues[0].stop = StopPolicy::kHoldAndDrain;
  KueueScheduler scheduler(policy);
  scheduler.restore(number(0), asks(4), {{.count = 1, .flavors = {{kGpu, kFlavor}}, .nodes = {}}},
                    at(0), false);
  scheduler.submit(number(1), asks(1), at(1));
  EXPECT_EQ(scheduler.why_waiting(number(1)).reason, WaitReason::kQueueStopped);
  const Scheduler::Decisions decisions = scheduler.cycle(at(1));
  EXPECT_TRUE(decisions.admitted.empty());
  ASSERT_EQ(decisions.evicted.size(), 1U);
  EXPECT_EQ(decisions.evicted[0].reason, EvictionReason::kClusterQueueStopped);
}

TEST(KueueScheduler, FollowsAChangeOfQuota) {
  KueueScheduler scheduler(one_queue(4));
  scheduler.submit(number(0), asks(8), at(0));
  (void)scheduler.cycle(at(0));
  EXPECT_EQ(scheduler.why_waiting(number(0)).reason, WaitReason::kNeverFits);
  scheduler.set_nominal("a", kFlavor, kGpu, 8, at(1));
  EXPECT_THAT(admitted(scheduler.cycle(at(1))), ElementsAre(0U));
}

TEST(KueueScheduler, LetsLocalQueuesTakeTurns) {
  AdmissionPolicy policy = one_queue(1);
  policy.queues[0].admission_fair_sharing = true;
  policy.admission_fair_sharing =
      AdmissionFairSharing{.usage_half_life = Seconds(3600), .resource_weights = {}};
  for (const char* name : {"x", "y"}) policy.local_queues.emplace_back().name = name;
  KueueScheduler scheduler(policy);
  const auto from = [](std::int32_t local_queue, std::int64_t created) {
    Workload workload = asks(1, 0, at(created));
    workload.local_queue = local_queue;
    return workload;
  };
  scheduler.submit(number(0), from(0, 0), at(0));
  scheduler.submit(number(1), from(0, 1), at(1));
  scheduler.submit(number(2), from(1, 2), at(2));
  EXPECT_THAT(admitted(scheduler.cycle(at(2))), ElementsAre(0U));
  scheduler.remove(number(0), at(1000));
  EXPECT_THAT(admitted(scheduler.cycle(at(1000))), ElementsAre(2U)) << "x has used more";
}

/// A block of two racks of two nodes with four accelerators each.
AdmissionPolicy topology() {
  AdmissionPolicy policy = one_queue(16);
  policy.flavors[0].nodes = 4;
  policy.flavors[0].node_capacity = {{kGpu, 4}};
  policy.flavors[0].levels = {{"block", 4}, {"rack", 2}};
  return policy;
}

Workload in_topology(int pods, TopologyMode mode, int level) {
  Workload workload = asks(1);
  workload.podsets[0].count = pods;
  workload.podsets[0].topology = {.mode = mode, .level = level};
  return workload;
}

std::vector<std::pair<int, int>> places(const Scheduler::Decisions& decisions) {
  std::vector<std::pair<int, int>> all;
  if (decisions.admitted.empty()) return all;
  for (const PodsOnNode& on : decisions.admitted[0].podsets[0].nodes) {
    all.emplace_back(on.node, on.pods);
  }
  return all;
}

using Places = std::vector<std::pair<int, int>>;

TEST(KueueScheduler, PutsPodsTogether) {
  KueueScheduler scheduler(topology());
  scheduler.submit(number(0), in_topology(3, TopologyMode::kRequired, 2), at(0));
  EXPECT_EQ(places(scheduler.cycle(at(0))), (Places{{0, 3}}));
  scheduler.submit(number(1), in_topology(6, TopologyMode::kRequired, 1), at(0));
  EXPECT_EQ(places(scheduler.cycle(at(0))), (Places{{2, 4}, {3, 2}})) << "the rack with room";
  scheduler.submit(number(2), in_topology(1, TopologyMode::kUnconstrained, 0), at(0));
  EXPECT_EQ(places(scheduler.cycle(at(0))), (Places{{0, 1}})) << "where least is free";
  scheduler.submit(number(3), in_topology(6, TopologyMode::kPreferred, 1), at(0));
  EXPECT_EQ(places(scheduler.cycle(at(0))), (Places{{1, 4}, {3, 2}})) << "no rack has room";
}

TEST(KueueScheduler, FindsNoPlaceThatIsTooSmallOrAway) {
  KueueScheduler scheduler(topology());
  scheduler.submit(number(0), in_topology(9, TopologyMode::kRequired, 1), at(0));
  EXPECT_TRUE(scheduler.cycle(at(0)).admitted.empty());
  EXPECT_EQ(scheduler.why_waiting(number(0)).reason, WaitReason::kNoTopology);
  scheduler.remove(number(0), at(0));
  for (const int node : {0, 1, 2}) scheduler.set_node(kFlavor, node, false, at(1));
  scheduler.submit(number(1), in_topology(5, TopologyMode::kPreferred, 2), at(1));
  EXPECT_TRUE(scheduler.cycle(at(1)).admitted.empty());
  scheduler.set_node(kFlavor, 1, true, at(2));
  EXPECT_EQ(places(scheduler.cycle(at(2))), (Places{{1, 4}, {3, 1}}));
}

TEST(KueueScheduler, KeepsSlicesTogether) {
  KueueScheduler scheduler(topology());
  scheduler.submit(number(0), in_topology(3, TopologyMode::kRequired, 2), at(0));
  (void)scheduler.cycle(at(0));
  Workload sliced = in_topology(8, TopologyMode::kRequired, 0);
  sliced.podsets[0].topology.slice = 4;
  sliced.podsets[0].topology.slice_level = 2;
  scheduler.submit(number(1), sliced, at(0));
  EXPECT_EQ(places(scheduler.cycle(at(0))), (Places{{2, 4}, {3, 4}}));
}

TEST(KueueScheduler, EvictsForAPlace) {
  KueueScheduler scheduler(topology());
  for (std::uint32_t i = 0; i < 4; ++i) {
    scheduler.submit(number(i), in_topology(3, TopologyMode::kRequired, 2), at(0));
    (void)scheduler.cycle(at(0));
  }
  Workload urgent = in_topology(4, TopologyMode::kRequired, 2);
  urgent.priority = 5;
  scheduler.submit(number(9), urgent, at(1));
  EXPECT_EQ(scheduler.cycle(at(1)).evicted.size(), 1U) << "4 are free, but on four nodes";
}

}  // namespace
}  // namespace sextant
