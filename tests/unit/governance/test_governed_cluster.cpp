#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/governance.h"
#include "sim/governance/governed_cluster.h"
#include "tests/support/governance_fixtures.h"

namespace sextant {
namespace {

using fixtures::even_teams;
using fixtures::GovernanceLog;
using fixtures::job;
using fixtures::ListedJobs;

constexpr std::int64_t kSecond = 1'000'000'000;

GovernanceLog run(const GovernanceInputs& inputs, std::vector<JobSpec> jobs) {
  ListedJobs source(std::move(jobs));
  GovernanceLog log;
  run_governance(inputs, source, {.seed = 1, .replica = 0}, log);
  return log;
}

TEST(GovernedCluster, JobRunsForItsWorkAfterItsStartup) {
  JobSpec spec = job("a", 0, 16, Seconds(10), Seconds(100));
  spec.startup = SimDuration(5 * kSecond);
  const GovernanceLog log = run(even_teams(4, 2), {spec});
  ASSERT_EQ(log.jobs.size(), 1u);
  const JobRecord& record = log.jobs.front();
  EXPECT_EQ(record.end, JobEnd::kFinished);
  EXPECT_EQ(record.wait_ns, 0);
  EXPECT_EQ(record.run_ns, 105 * kSecond);
  EXPECT_EQ(record.ended_ns, 115 * kSecond);
  EXPECT_DOUBLE_EQ(log.unit_ns(NodeState::kTraining), 16'000.0 * 100 * kSecond);
  EXPECT_DOUBLE_EQ(log.unit_ns(NodeState::kStarting), 16'000.0 * 5 * kSecond);
  EXPECT_DOUBLE_EQ(log.unit_ns(), 32'000.0 * 115 * kSecond);
}

TEST(GovernedCluster, BorrowerLosesWhatItHasNotSavedWhenTheOwnerComes) {
  GovernanceInputs inputs = even_teams(2, 2);
  JobSpec borrower = job("borrower", 0, 16, Seconds(0), Seconds(1000));
  borrower.checkpoint_interval = SimDuration(300 * kSecond);
  const JobSpec owner = job("owner", 1, 8, Seconds(700), Seconds(100));
  inputs.grace = Seconds(30);
  const GovernanceLog log = run(inputs, {borrower, owner});
  const JobRecord& lost = log.job("borrower");
  EXPECT_EQ(lost.evictions[static_cast<std::size_t>(EvictionReason::kInCohortReclamation)], 1);
  EXPECT_EQ(lost.lost_ns, 100 * kSecond);  // 700 s trained, 600 s saved
  EXPECT_EQ(log.job("owner").wait_ns, 30 * kSecond);
  // The owner runs from 730 to 830; the borrower needs both nodes again, and 400 s.
  EXPECT_EQ(lost.wait_ns, 100 * kSecond);
  EXPECT_EQ(lost.ended_ns, 1230 * kSecond);
  ASSERT_EQ(log.evictions.size(), 1u);
  EXPECT_EQ(log.evictions.front().preemptor, "owner");
}

TEST(GovernedCluster, JobsWaitInTheOrderOfTheirPriority) {
  const GovernanceInputs inputs = even_teams(1, 1);
  JobSpec high = job("high", 0, 8, Seconds(2), Seconds(10));
  high.priority_class = ClassIndex{1};
  JobSpec first = job("first", 0, 8, Seconds(0), Seconds(10));
  first.priority_class = ClassIndex{1};
  const JobSpec low = job("low", 0, 8, Seconds(1), Seconds(10));
  const GovernanceLog log = run(inputs, {first, low, high});
  EXPECT_EQ(log.job("high").ended_ns, 20 * kSecond);
  EXPECT_EQ(log.job("low").ended_ns, 30 * kSecond);
}

TEST(GovernedCluster, QuotaAboveTheNodesThatAreThereLetsPodsWait) {
  GovernanceInputs inputs = even_teams(2, 2);
  inputs.outages = {{.first_node = 1, .from = SimTime(0), .to = SimTime(50 * kSecond)}};
  const JobSpec a = job("a", 0, 8, Seconds(1), Seconds(100));
  const JobSpec b = job("b", 1, 8, Seconds(2), Seconds(10));
  const GovernanceLog log = run(inputs, {a, b});
  EXPECT_EQ(log.job("b").wait_ns, 0);                 // its quota is there …
  EXPECT_EQ(log.job("b").no_nodes_ns, 48 * kSecond);  // … its node is not
  EXPECT_EQ(log.job("b").ended_ns, 60 * kSecond);
}

TEST(GovernedCluster, PodsThatAreNotReadyInTimeAreEvictedAndComeBackLater) {
  GovernanceInputs inputs = even_teams(2, 2);
  inputs.outages = {{.first_node = 1, .from = SimTime(0), .to = SimTime(50 * kSecond)}};
  inputs.policy.wait_for_pods_ready = WaitForPodsReady{.timeout = Seconds(20)};
  const JobSpec a = job("a", 0, 8, Seconds(1), Seconds(200));
  const JobSpec b = job("b", 1, 8, Seconds(2), Seconds(10));
  const GovernanceLog log = run(inputs, {a, b});
  const JobRecord& record = log.job("b");
  EXPECT_EQ(record.evictions[static_cast<std::size_t>(EvictionReason::kPodsReadyTimeout)], 1);
  EXPECT_EQ(record.no_nodes_ns, 20 * kSecond);
  EXPECT_EQ(record.wait_ns, 60 * kSecond);  // the backoff
  EXPECT_EQ(record.ended_ns, 92 * kSecond);
}

TEST(GovernedCluster, LostNodeTakesTheJobBackToItsCheckpoint) {
  GovernanceInputs inputs = even_teams(3, 1);
  inputs.supply.front().recovery.crash_detection.value = Seconds(7);
  inputs.outages = {{.first_node = 0, .from = SimTime(50 * kSecond)}};
  JobSpec spec = job("a", 0, 16, Seconds(0), Seconds(100));
  spec.checkpoint_interval = SimDuration(20 * kSecond);
  spec.restart = SimDuration(3 * kSecond);
  const GovernanceLog log = run(inputs, {spec});
  const JobRecord& record = log.job("a");
  EXPECT_EQ(record.node_failures, 1);
  EXPECT_EQ(record.lost_ns, 10 * kSecond);
  EXPECT_EQ(record.ended_ns, (50 + 7 + 3 + 60) * kSecond);
  EXPECT_DOUBLE_EQ(log.unit_ns(), 24'000.0 * 120 * kSecond);
}

TEST(GovernedCluster, ReservationEndsWithItsJobs) {
  GovernanceInputs inputs = even_teams(2, 1);
  inputs.policy.queues.front().groups.front().flavors.front().resources.front().nominal = 8;
  inputs.windows = {{.first_node = 1,
                     .from = SimTime(100 * kSecond),
                     .to = SimTime(300 * kSecond),
                     .queue_or_cohort = "team-0"}};
  JobSpec wide = job("wide", 0, 16, Seconds(0), Seconds(1000));
  wide.checkpoint_interval = SimDuration();
  const JobSpec narrow = job("narrow", 0, 8, Seconds(400), Seconds(10));
  inputs.duration = Seconds(500);
  const GovernanceLog log = run(inputs, {wide, narrow});
  const JobRecord& record = log.job("wide");
  EXPECT_EQ(record.admitted_ns, 100 * kSecond);
  EXPECT_EQ(record.run_ns, 200 * kSecond);
  EXPECT_EQ(record.end, JobEnd::kUnfinished);
  EXPECT_EQ(record.evictions[static_cast<std::size_t>(EvictionReason::kCapacityEnded)], 1);
  EXPECT_DOUBLE_EQ(log.unit_ns(), 16'000.0 * 500 * kSecond);
  EXPECT_DOUBLE_EQ(log.unit_ns(NodeState::kReleased), 8'000.0 * 300 * kSecond);
}

TEST(GovernedCluster, WarmPoolKeepsNodesForTheNextJobOfTheTeam) {
  GovernanceInputs inputs = even_teams(2, 2);
  inputs.warm_pool = Seconds(60);
  JobSpec first = job("first", 0, 8, Seconds(0), Seconds(10));
  JobSpec second = job("second", 0, 8, Seconds(40), Seconds(10));
  first.startup = second.startup = SimDuration(20 * kSecond);
  const GovernanceLog log = run(inputs, {first, second});
  EXPECT_EQ(log.job("first").ended_ns, 30 * kSecond);
  EXPECT_EQ(log.job("second").ended_ns, 50 * kSecond);
}

TEST(GovernedCluster, AdmissionsTakeTheirTime) {
  GovernanceInputs inputs = even_teams(8, 1);
  inputs.admission_latency = Seconds(2);
  std::vector<JobSpec> jobs;
  for (int i = 0; i < 4; ++i) {
    jobs.push_back(job(std::to_string(i), 0, 8, Seconds(0), Seconds(100)));
  }
  const GovernanceLog log = run(inputs, jobs);
  EXPECT_EQ(log.job("0").wait_ns, 2 * kSecond);
  EXPECT_EQ(log.job("3").wait_ns, 8 * kSecond);
}

TEST(GovernedCluster, JobThatNeverFitsIsSaidSo) {
  const GovernanceLog log = run(even_teams(2, 2), {job("huge", 0, 64, Seconds(0), Seconds(1)),
                                                   job("small", 1, 8, Seconds(1), Seconds(1))});
  EXPECT_EQ(log.job("huge").end, JobEnd::kNeverFits);
  EXPECT_EQ(log.job("small").end, JobEnd::kFinished);
}

TEST(GovernedCluster, ExplainedJobTellsEveryPartOfItsWait) {
  GovernanceInputs inputs = even_teams(1, 1);
  inputs.explain = {"second"};
  const GovernanceLog log = run(inputs, {job("first", 0, 8, Seconds(0), Seconds(10)),
                                         job("second", 0, 8, Seconds(3), Seconds(10))});
  ASSERT_EQ(log.waits.size(), 1u);
  EXPECT_EQ(log.waits.front().from_ns, 3 * kSecond);
  EXPECT_EQ(log.waits.front().to_ns, 10 * kSecond);
  EXPECT_EQ(log.waits.front().cause.reason, WaitReason::kNoQuota);
  EXPECT_EQ(log.waits.front().cause.short_by, 8);
}

/// Evicts whoever runs for whoever waits: a scheduler with a defect.
class Quarrel final : public Scheduler {
 public:
  void submit(WorkloadIndex index, Workload, SimTime) override { waiting_.push_back(index); }
  void remove(WorkloadIndex, SimTime) override { running_.reset(); }
  void requeue(WorkloadIndex index, EvictionReason, SimDuration, SimTime,
               SimTime not_before) override {
    running_.reset();
    waiting_.push_back(index);
    not_before_ = not_before;
  }
  void evicting(WorkloadIndex, SimTime) override {}
  void set_pods_ready(WorkloadIndex, bool, SimTime) override {}
  void set_node(FlavorIndex, int, bool, SimTime) override {}
  void set_nominal(const std::string&, FlavorIndex, ResourceIndex, Amount, SimTime) override {}
  Decisions cycle(SimTime) override {
    Decisions decisions;
    if (running_) {
      decisions.evicted.push_back(
          {*running_, EvictionReason::kInCohortFairSharing, waiting_.front()});
      evicting_ = true;
    } else {
      running_ = waiting_.front();
      waiting_.erase(waiting_.begin());
      evicting_ = false;
      decisions.admitted.push_back({*running_, {{1, {{ResourceIndex{0}, FlavorIndex{0}}}, {}}}});
    }
    return decisions;
  }
  bool wants_cycle(SimTime now) const override {
    return !waiting_.empty() && now >= not_before_ && !(running_ && evicting_);
  }
  SimTime next_wake() const override { return not_before_; }
  WaitCause why_waiting(WorkloadIndex) const override { return {}; }

 private:
  std::vector<WorkloadIndex> waiting_;
  std::optional<WorkloadIndex> running_;
  bool evicting_ = false;
  SimTime not_before_;
};

TEST(GovernedCluster, LoopOfPreemptionsIsCountedAndSlowedDown) {
  GovernanceInputs inputs = even_teams(1, 1);
  inputs.duration = Seconds(600);
  ListedJobs source(
      {job("a", 0, 8, Seconds(0), Seconds(100)), job("b", 0, 8, Seconds(0), Seconds(100))});
  GovernanceLog log;
  GovernedCluster cluster(inputs, std::make_unique<Quarrel>(), source, {.seed = 1}, log);
  const GovernanceResult result = cluster.run();
  EXPECT_EQ(result.loops, 2);  // each of them with the other
  EXPECT_EQ(log.job("a").loops, 1);
  EXPECT_GT(log.evictions.size(), 18u);
  EXPECT_LT(log.evictions.size(), 40u);  // one each minute at first, then fewer
}

TEST(GovernedCluster, VictimOfSeveralJobsIsInNoLoop) {
  GovernanceInputs inputs = even_teams(1, 1);
  JobSpec victim = job("victim", 0, 8, Seconds(0), Seconds(100));
  std::vector<JobSpec> jobs{victim};
  for (int i = 1; i <= 3; ++i) {
    jobs.push_back(job("high-" + std::to_string(i), 0, 8, Seconds(50.0 * i), Seconds(20)));
    jobs.back().priority_class = ClassIndex{1};
  }
  const GovernanceLog log = run(inputs, jobs);
  EXPECT_EQ(log.job("victim").loops, 0);
  EXPECT_EQ(log.job("victim").preemptions(), 3);
  EXPECT_EQ(log.job("victim").lost_ns, (50 + 30 + 30) * kSecond);
}

}  // namespace
}  // namespace sextant
