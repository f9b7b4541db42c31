#include "sextant/governance/baseline_scheduler.h"

#include <gtest/gtest.h>

#include "tests/support/schedule.h"

namespace sextant {
namespace {

using fixtures::at_s;
using fixtures::Schedule;
using fixtures::ScheduledJob;
using fixtures::ScheduledOutcome;
using fixtures::seconds;
using fixtures::simple_policy;

ScheduledJob job(double submit_s, double work_s, int pods) {
  return {.submit = at_s(submit_s), .work = seconds(work_s), .pods = pods};
}

std::vector<double> starts_s(SchedulerKind kind, const AdmissionPolicy& policy,
                             const std::vector<ScheduledJob>& jobs) {
  const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
  std::vector<double> starts;
  for (const ScheduledOutcome& outcome : Schedule(*scheduler, jobs).run()) {
    starts.push_back(outcome.first_start ? static_cast<double>(outcome.first_start->ns()) / 1e9
                                         : -1);
  }
  return starts;
}

Workload workload(int pods, double estimate_s, double created_s = 0) {
  Workload workload;
  workload.created = at_s(created_s);
  workload.podsets = {{pods, {}, {{ResourceIndex{0}, 1}}, {}}};
  workload.estimate = seconds(estimate_s);
  return workload;
}

WorkloadIndex number(std::uint32_t i) { return WorkloadIndex{i}; }

/// 10 are there. The first takes 8, the second needs 10, the others would fit beside the first.
const std::vector<ScheduledJob> kBlocked{job(0, 100, 8), job(1, 50, 10), job(2, 90, 2),
                                         job(3, 200, 2)};

TEST(Baselines, FifoLetsTheFirstBlock) {
  EXPECT_EQ(starts_s(SchedulerKind::kFifo, simple_policy({10}), kBlocked),
            (std::vector<double>{0, 100, 150, 150}));
}

TEST(Baselines, SjfTakesTheShortestNext) {
  EXPECT_EQ(starts_s(SchedulerKind::kSjf, simple_policy({1}),
                     {job(0, 10, 1), job(1, 30, 1), job(2, 20, 1), job(3, 5, 1)}),
            (std::vector<double>{0, 35, 15, 10}));
}

TEST(Baselines, EasyFillsInWhatDoesNotDelayTheFirst) {
  // The third has ended before 100 s, when the second is promised to start; the fourth would not.
  EXPECT_EQ(starts_s(SchedulerKind::kEasy, simple_policy({10}), kBlocked),
            (std::vector<double>{0, 100, 2, 150}));
}

TEST(Baselines, EasyUsesWhatThePromiseLeavesOver) {
  EXPECT_EQ(starts_s(SchedulerKind::kEasy, simple_policy({10}),
                     {job(0, 100, 8), job(1, 50, 8), job(2, 500, 2)}),
            (std::vector<double>{0, 100, 2}));
}

TEST(Baselines, EasyMayDelayTheSecondInLineConservativeDoesNot) {
  // Of 10, the first two have 6 until 100 s and 200 s. The third needs all 10 then; the fourth
  // leaves the second alone, but not the third.
  const std::vector<ScheduledJob> wide{job(0, 100, 6), job(1, 100, 6), job(2, 100, 10),
                                       job(3, 300, 4)};
  EXPECT_EQ(starts_s(SchedulerKind::kEasy, simple_policy({10}), wide),
            (std::vector<double>{0, 100, 303, 3}));
  EXPECT_EQ(starts_s(SchedulerKind::kConservative, simple_policy({10}), wide),
            (std::vector<double>{0, 100, 200, 300}));
}

TEST(Baselines, ConservativeMovesForwardWhenAJobEndsEarly) {
  std::vector<ScheduledJob> jobs{job(0, 40, 10), job(1, 50, 10), job(2, 50, 10)};
  jobs[0].estimate = seconds(100);
  EXPECT_EQ(starts_s(SchedulerKind::kConservative, simple_policy({10}), jobs),
            (std::vector<double>{0, 40, 90}));
}

TEST(Baselines, ConservativeSurvivesJobsThatTakeLonger) {
  std::vector<ScheduledJob> jobs{job(0, 300, 10), job(1, 50, 6), job(2, 50, 6), job(3, 10, 4)};
  jobs[0].estimate = seconds(100);
  EXPECT_EQ(starts_s(SchedulerKind::kConservative, simple_policy({10}), jobs),
            (std::vector<double>{0, 300, 350, 300}));
}

TEST(Baselines, StaticPartitionsDoNotLend) {
  std::vector<ScheduledJob> jobs{job(0, 100, 4), job(1, 100, 4), job(2, 100, 4)};
  jobs[2].queue = QueueIndex{1};
  EXPECT_EQ(starts_s(SchedulerKind::kStaticPartition, simple_policy({4, 8}), jobs),
            (std::vector<double>{0, 100, 2}));
  EXPECT_EQ(starts_s(SchedulerKind::kFifo, simple_policy({4, 8}), jobs),
            (std::vector<double>{0, 1, 2}));
}

TEST(Baselines, WholeNodesAreTaken) {
  // Four nodes of 8. Two jobs of 3 share one node and leave 2 there; 2 go to those 2, not to an
  // empty node; 16 take two whole ones; the next 8 take the last; 2 have no room anywhere but …
  const AdmissionPolicy policy = simple_policy({32}, 4);
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  const std::vector<ScheduledJob> jobs{job(0, 100, 3),  job(1, 100, 3), job(2, 100, 2),
                                       job(3, 100, 16), job(4, 100, 8), job(5, 10, 2)};
  const std::vector<ScheduledOutcome> outcomes = Schedule(*fifo, jobs).run();
  const auto nodes_of = [&](std::size_t i) {
    std::vector<std::pair<int, int>> nodes;
    for (const PodsOnNode& part : outcomes[i].nodes) nodes.emplace_back(part.node, part.pods);
    return nodes;
  };
  using Nodes = std::vector<std::pair<int, int>>;
  EXPECT_EQ(nodes_of(0), (Nodes{{0, 3}}));
  EXPECT_EQ(nodes_of(1), (Nodes{{0, 3}}));
  EXPECT_EQ(nodes_of(2), (Nodes{{0, 2}}));
  EXPECT_EQ(nodes_of(3), (Nodes{{1, 8}, {2, 8}}));
  EXPECT_EQ(nodes_of(4), (Nodes{{3, 8}}));
  EXPECT_EQ(outcomes[5].first_start, at_s(100));
}

TEST(Baselines, SmallJobsAreNotSplit) {
  // 5 + 5 on two nodes leave 3 + 3: 4 do not fit though 6 are free, and 3 do.
  EXPECT_EQ(starts_s(SchedulerKind::kFifo, simple_policy({16}, 2),
                     {job(0, 100, 5), job(0, 100, 5), job(1, 10, 3), job(2, 10, 4)}),
            (std::vector<double>{0, 0, 1, 100}));
}

TEST(Baselines, SrtfPreemptsWhoHasMoreLeft) {
  const AdmissionPolicy policy = simple_policy({1});
  const std::unique_ptr<Scheduler> srtf = make_baseline(SchedulerKind::kSrtf, policy);
  const std::vector<ScheduledJob> jobs{job(0, 100, 1), job(10, 20, 1), job(15, 15, 1),
                                       job(16, 84, 1)};
  const std::vector<ScheduledOutcome> outcomes = Schedule(*srtf, jobs).run();
  EXPECT_EQ(outcomes[1].end, at_s(30));  // has 15 s left when the third comes: a tie
  EXPECT_EQ(outcomes[1].evictions, 0);
  EXPECT_EQ(outcomes[2].end, at_s(45));
  EXPECT_EQ(outcomes[3].end, at_s(129));
  EXPECT_EQ(outcomes[0].end, at_s(219));
  EXPECT_EQ(outcomes[0].evictions, 1);
}

TEST(Baselines, SrtfPreemptsNoMoreThanItNeeds) {
  // The longest, of 2, goes first and is not enough for 4; with the second longest, of 4, it is
  // more than enough: the longest stays.
  const AdmissionPolicy policy = simple_policy({8});
  const std::unique_ptr<Scheduler> srtf = make_baseline(SchedulerKind::kSrtf, policy);
  const std::vector<ScheduledJob> jobs{job(0, 300, 2), job(0, 200, 4), job(0, 100, 2),
                                       job(10, 10, 4)};
  const std::vector<ScheduledOutcome> outcomes = Schedule(*srtf, jobs).run();
  EXPECT_EQ(outcomes[0].evictions, 0);
  EXPECT_EQ(outcomes[1].evictions, 1);
  EXPECT_EQ(outcomes[2].evictions, 0);
  EXPECT_EQ(outcomes[3].first_start, at_s(10));
  EXPECT_EQ(outcomes[1].end, at_s(210));
}

TEST(Baselines, SrsfCountsAccelerators) {
  // 20 s × 8 are more than 100 s × 1.
  const std::vector<ScheduledJob> jobs{job(0, 100, 1), job(1, 20, 8)};
  EXPECT_EQ(starts_s(SchedulerKind::kSrtf, simple_policy({8}), jobs), (std::vector<double>{0, 1}));
  EXPECT_EQ(starts_s(SchedulerKind::kSrsf, simple_policy({8}), jobs),
            (std::vector<double>{0, 100}));
}

TEST(Baselines, SrtfKeepsTheRoomUntilTheEvictedHaveGone) {
  const AdmissionPolicy policy = simple_policy({4});
  const std::unique_ptr<Scheduler> srtf = make_baseline(SchedulerKind::kSrtf, policy);
  srtf->submit(number(0), workload(3, 100), at_s(0));
  EXPECT_EQ(srtf->cycle(at_s(0)).admitted.size(), 1u);
  srtf->submit(number(1), workload(2, 10, 1), at_s(1));
  const Scheduler::Decisions decisions = srtf->cycle(at_s(1));
  ASSERT_EQ(decisions.evicted.size(), 1u);
  EXPECT_EQ(decisions.evicted[0].workload, number(0));
  EXPECT_EQ(decisions.evicted[0].preemptor, number(1));
  EXPECT_EQ(decisions.evicted[0].reason, EvictionReason::kShorterJob);
  const WaitCause preempting{.reason = WaitReason::kPreempting, .other = number(0)};
  EXPECT_EQ(srtf->why_waiting(number(1)), preempting);
  EXPECT_FALSE(srtf->wants_cycle(at_s(2)));

  // The one that is left over is free at once; two are not, for the second's sake.
  srtf->submit(number(2), workload(2, 500, 2), at_s(2));
  srtf->submit(number(3), workload(3, 400, 2), at_s(2));
  srtf->submit(number(4), workload(1, 300, 2), at_s(2));
  const Scheduler::Decisions later = srtf->cycle(at_s(2));
  ASSERT_EQ(later.admitted.size(), 1u);
  EXPECT_EQ(later.admitted[0].workload, number(4));
  srtf->requeue(number(0), EvictionReason::kShorterJob, seconds(99), at_s(31), at_s(31));
  ASSERT_TRUE(srtf->wants_cycle(at_s(31)));
  const Scheduler::Decisions last = srtf->cycle(at_s(31));
  ASSERT_EQ(last.admitted.size(), 1u);
  EXPECT_EQ(last.admitted[0].workload, number(1));
}

TEST(Baselines, MinimumRuntimeProtects) {
  AdmissionPolicy policy = simple_policy({1});
  policy.minimum_runtime = Seconds(60);
  EXPECT_EQ(starts_s(SchedulerKind::kSrtf, policy, {job(0, 1000, 1), job(10, 5, 1)}),
            (std::vector<double>{0, 60}));
}

TEST(Baselines, BackoffIsKept) {
  const AdmissionPolicy policy = simple_policy({1});
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  fifo->submit(number(0), workload(1, 100), at_s(0));
  EXPECT_EQ(fifo->cycle(at_s(0)).admitted.size(), 1u);
  fifo->evicting(number(0), at_s(5));
  fifo->requeue(number(0), EvictionReason::kPodsReadyTimeout, seconds(100), at_s(6), at_s(60));
  EXPECT_EQ(fifo->why_waiting(number(0)).reason, WaitReason::kBackoff);
  EXPECT_FALSE(fifo->wants_cycle(at_s(6)));
  EXPECT_EQ(fifo->next_wake(), at_s(60));
  EXPECT_TRUE(fifo->wants_cycle(at_s(60)));
  EXPECT_EQ(fifo->cycle(at_s(60)).admitted.size(), 1u);
  EXPECT_EQ(fifo->next_wake(), SimTime::never());
}

TEST(Baselines, LostNodesAreNotUsed) {
  const AdmissionPolicy policy = simple_policy({16}, 2);
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  fifo->set_node(FlavorIndex{0}, 0, false, at_s(0));
  fifo->submit(number(0), workload(16, 10), at_s(0));
  EXPECT_TRUE(fifo->cycle(at_s(0)).admitted.empty());
  const WaitCause cause{.reason = WaitReason::kNoQuota, .short_by = 8};
  EXPECT_EQ(fifo->why_waiting(number(0)), cause);
  fifo->set_node(FlavorIndex{0}, 0, true, at_s(1));
  ASSERT_TRUE(fifo->wants_cycle(at_s(1)));
  EXPECT_EQ(fifo->cycle(at_s(1)).admitted.size(), 1u);
  // A node that is lost with a job on it comes back with what that job still has.
  fifo->set_node(FlavorIndex{0}, 1, false, at_s(2));
  fifo->set_node(FlavorIndex{0}, 1, true, at_s(3));
  fifo->submit(number(1), workload(1, 10), at_s(3));
  EXPECT_TRUE(fifo->cycle(at_s(3)).admitted.empty());
  fifo->remove(number(0), at_s(4));
  EXPECT_EQ(fifo->cycle(at_s(4)).admitted.size(), 1u);
}

TEST(Baselines, WhatNeverFitsBlocksNobody) {
  const AdmissionPolicy policy = simple_policy({4, 4});
  for (const SchedulerKind kind :
       {SchedulerKind::kStaticPartition, SchedulerKind::kFifo, SchedulerKind::kSjf,
        SchedulerKind::kSrtf, SchedulerKind::kEasy, SchedulerKind::kConservative}) {
    const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
    scheduler->submit(number(0), workload(9, 1, 0), at_s(0));
    scheduler->submit(number(1), workload(4, 5, 1), at_s(1));
    ASSERT_EQ(scheduler->cycle(at_s(1)).admitted.size(), 1u);
    const WaitCause cause = scheduler->why_waiting(number(0));
    EXPECT_EQ(cause.reason, WaitReason::kNeverFits);
    EXPECT_EQ(cause.short_by, kind == SchedulerKind::kStaticPartition ? 5 : 1);

    // More quota, and it can.
    scheduler->set_nominal("team-0", FlavorIndex{0}, ResourceIndex{0}, 13, at_s(2));
    ASSERT_TRUE(scheduler->wants_cycle(at_s(2)));
    EXPECT_EQ(scheduler->cycle(at_s(2)).admitted.size(), 1u);
  }
}

TEST(Baselines, SayWhyTheyLetWait) {
  const AdmissionPolicy policy = simple_policy({10});
  const auto reasons = [&](SchedulerKind kind) {
    const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
    scheduler->submit(number(0), workload(8, 100, 0), at_s(0));
    scheduler->submit(number(1), workload(10, 50, 1), at_s(0));
    scheduler->submit(number(2), workload(2, 200, 2), at_s(0));
    EXPECT_EQ(scheduler->why_waiting(number(2)).reason, WaitReason::kNotConsidered);
    (void)scheduler->cycle(at_s(0));
    return std::pair(scheduler->why_waiting(number(1)), scheduler->why_waiting(number(2)));
  };
  const WaitCause first{.reason = WaitReason::kNoQuota, .short_by = 8};
  const WaitCause behind{.reason = WaitReason::kBehindOthers, .other = number(1)};
  const WaitCause reserved{.reason = WaitReason::kReserved, .other = number(1)};
  EXPECT_EQ(reasons(SchedulerKind::kFifo), std::pair(first, behind));
  EXPECT_EQ(reasons(SchedulerKind::kStaticPartition), std::pair(first, behind));
  EXPECT_EQ(reasons(SchedulerKind::kEasy), std::pair(first, reserved));
  EXPECT_EQ(reasons(SchedulerKind::kConservative), std::pair(first, reserved));
}

TEST(Baselines, StoppedQueuesAdmitNothing) {
  AdmissionPolicy policy = simple_policy({4, 4});
  policy.queues[0].stop = StopPolicy::kHold;
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  fifo->submit(number(0), workload(1, 1), at_s(0));
  EXPECT_FALSE(fifo->wants_cycle(at_s(0)));
  EXPECT_EQ(fifo->why_waiting(number(0)).reason, WaitReason::kQueueStopped);
  fifo->remove(number(0), at_s(1));
}

TEST(Baselines, EveryResourceOfANodeCounts) {
  // 8 GPUs and 64 cores a node, and no word of memory, of which there is quota.
  AdmissionPolicy policy = simple_policy({32}, 4);
  policy.resources = {"cpu", "memory", "nvidia.com/gpu"};
  policy.flavors[0].node_capacity = {{ResourceIndex{0}, 64'000}, {ResourceIndex{2}, 8}};
  policy.queues[0].groups[0].flavors[0].resources = {{ResourceIndex{0}, 256'000, {}, {}},
                                                     {ResourceIndex{1}, 1, {}, {}},
                                                     {ResourceIndex{2}, 32, {}, {}}};
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  Workload cores = workload(3, 10);
  cores.podsets[0].per_pod = {
      {ResourceIndex{0}, 40'000}, {ResourceIndex{1}, Amount{1} << 40}, {ResourceIndex{2}, 1}};
  fifo->submit(number(0), cores, at_s(0));
  const Scheduler::Decisions decisions = fifo->cycle(at_s(0));
  ASSERT_EQ(decisions.admitted.size(), 1u);
  EXPECT_EQ(decisions.admitted[0].podsets[0].nodes.size(), 3u);
  EXPECT_EQ(decisions.admitted[0].podsets[0].flavors.size(), 3u);

  // 24 cores are left on each of the three, and 7 GPUs; whole nodes: one.
  for (const std::uint32_t i : {1u, 2u}) {
    Workload gpus = workload(8, 10);
    gpus.podsets[0].per_pod = {{ResourceIndex{2}, 1}};
    fifo->submit(number(i), gpus, at_s(0));
  }
  EXPECT_EQ(fifo->cycle(at_s(0)).admitted.size(), 1u);
  EXPECT_EQ(fifo->why_waiting(number(2)).reason, WaitReason::kNoNodes);
}

TEST(Baselines, ConservativeWaitsForNodesThatAreAway) {
  // Five pods of 3 accelerators are two to a node: three nodes. In all 15 are free on two.
  const AdmissionPolicy policy = simple_policy({24}, 3);
  const std::unique_ptr<Scheduler> scheduler = make_baseline(SchedulerKind::kConservative, policy);
  scheduler->set_node(FlavorIndex{0}, 1, false, at_s(0));
  Workload threes = workload(5, 10);
  threes.podsets[0].per_pod = {{ResourceIndex{0}, 3}};
  scheduler->submit(number(0), threes, at_s(0));
  EXPECT_TRUE(scheduler->cycle(at_s(0)).admitted.empty());
  EXPECT_EQ(scheduler->next_wake(), SimTime::never());
  scheduler->set_node(FlavorIndex{0}, 1, true, at_s(1));
  EXPECT_EQ(scheduler->cycle(at_s(1)).admitted.size(), 1u);
}

TEST(Baselines, TheSecondFlavorIsTriedToo) {
  AdmissionPolicy policy = simple_policy({8}, 1);
  AdmissionFlavor& second = policy.flavors.emplace_back();
  second.name = "a100";
  second.nodes = 2;
  second.node_capacity = {{ResourceIndex{0}, 8}};
  policy.queues[0].groups[0].flavors.push_back({FlavorIndex{1}, {{ResourceIndex{0}, 8, {}, {}}}});
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  fifo->submit(number(0), workload(8, 10), at_s(0));
  fifo->submit(number(1), workload(16, 10), at_s(0));
  const Scheduler::Decisions decisions = fifo->cycle(at_s(0));
  ASSERT_EQ(decisions.admitted.size(), 2u);
  EXPECT_EQ(decisions.admitted[0].podsets[0].flavors[0].flavor, FlavorIndex{0});
  EXPECT_EQ(decisions.admitted[1].podsets[0].flavors[0].flavor, FlavorIndex{1});
  EXPECT_EQ(decisions.admitted[1].podsets[0].nodes.size(), 2u);
}

}  // namespace
}  // namespace sextant
