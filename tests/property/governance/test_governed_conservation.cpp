#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

#include "sextant/governance/governance.h"
#include "tests/support/campaign_fixtures.h"
#include "tests/support/governance_fixtures.h"

namespace sextant {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

SimTime drawn_time(int low, int high) {
  return SimTime(*rc::gen::inRange<std::int64_t>(low, high) * kSecond);
}

/// Whole and parts of nodes, with and without checkpoints, startup, deadlines and idle tails.
JobSpec drawn_job(int teams, int nodes, int number, Seconds submit) {
  const int accelerators = *rc::gen::element(1, 2, 3, 4, 8, 8 * *rc::gen::inRange(1, nodes + 1));
  JobSpec spec = fixtures::job("job-" + std::to_string(number), *rc::gen::inRange(0, teams),
                               accelerators, submit, Seconds(*rc::gen::inRange(1, 500)));
  spec.priority_class = ClassIndex{*rc::gen::inRange<std::uint32_t>(0, 2)};
  spec.startup = SimDuration(*rc::gen::inRange<std::int64_t>(0, 20) * kSecond);
  spec.restart = SimDuration(*rc::gen::inRange<std::int64_t>(0, 20) * kSecond);
  const int checkpoints = *rc::gen::inRange(0, 3);
  if (checkpoints == 1) spec.checkpoint_interval = SimDuration();
  if (checkpoints == 2) spec.checkpoint_interval = SimDuration(30 * kSecond);
  if (*rc::gen::inRange(0, 5) == 0) spec.idle_tail = SimDuration(40 * kSecond);
  return spec;
}

/// A training job on one node that lives as in a plan.
CampaignInputs small_campaign() {
  CampaignInputs campaign;
  campaign.phases = {
      steady_phase(Seconds(2), 200, {.mode = CheckpointMode::kBlocking, .write = Seconds(3)})};
  campaign.interval = Seconds(50);
  campaign.recovery.restart.value = Seconds(10);
  return campaign;
}

std::vector<JobSpec> drawn_jobs(int teams, int nodes) {
  std::vector<JobSpec> jobs;
  Seconds submit(0);
  const int count = *rc::gen::inRange(1, 40);
  for (int i = 0; i < count; ++i) {
    submit = submit + Seconds(*rc::gen::inRange(0, 60));
    jobs.push_back(drawn_job(teams, nodes, i, submit));
    if (*rc::gen::inRange(0, 4) != 0) continue;
    jobs.back().podsets.front().count = 1;
    jobs.back().podsets.front().per_pod.front().amount = 8;
    jobs.back().training = 0;
  }
  return jobs;
}

GovernanceInputs drawn_cluster(int teams, int nodes) {
  GovernanceInputs inputs = fixtures::even_teams(nodes, teams);
  inputs.scheduler =
      *rc::gen::element(SchedulerKind::kKueue, SchedulerKind::kKueue, SchedulerKind::kFifo,
                        SchedulerKind::kSrtf, SchedulerKind::kEasy);
  inputs.policy.fair_sharing = *rc::gen::arbitrary<bool>();
  inputs.grace = Seconds(*rc::gen::element(0, 30));
  if (*rc::gen::arbitrary<bool>()) {
    FailureProfile failures;
    failures.node_life.value = Seconds(*rc::gen::inRange(500, 20'000));
    failures.causes = fixtures::nine_crashes_to_a_loss();
    inputs.supply.front().failures = failures;
    inputs.supply.front().fleet.spares = *rc::gen::inRange(0, 2);
    inputs.supply.front().recovery.repair.law = RepairLaw::kConstant;
    inputs.supply.front().recovery.repair.mean.value = Seconds(*rc::gen::inRange(10, 500));
  }
  if (*rc::gen::inRange(0, 3) == 0) {
    inputs.outages = {{.first_node = *rc::gen::inRange(0, nodes),
                       .from = drawn_time(0, 500),
                       .to = drawn_time(500, 1000)}};
  }
  if (*rc::gen::inRange(0, 3) == 0) {
    inputs.windows = {{.first_node = *rc::gen::inRange(0, nodes),
                       .from = drawn_time(0, 300),
                       .to = drawn_time(301, 900),
                       .notice = Seconds(*rc::gen::inRange(0, 100))}};
  }
  if (*rc::gen::inRange(0, 4) == 0) inputs.warm_pool = Seconds(50);
  if (*rc::gen::inRange(0, 3) == 0) {
    inputs.policy.wait_for_pods_ready = WaitForPodsReady{.timeout = Seconds(60)};
  }
  inputs.trainings = {small_campaign()};
  inputs.duration = Seconds(*rc::gen::inRange(100, 5000));
  return inputs;
}

/// Every accelerator is in one state at any time, whoever has it.
RC_GTEST_PROP(GovernedCluster, ConservesAcceleratorSeconds, ()) {
  const int teams = *rc::gen::inRange(1, 4);
  const int nodes = teams * *rc::gen::inRange(1, 4);
  const GovernanceInputs inputs = drawn_cluster(teams, nodes);
  fixtures::ListedJobs source(drawn_jobs(teams, nodes));
  fixtures::GovernanceLog log;
  const GovernanceResult result = run_governance(inputs, source, {.seed = 3}, log);
  const double capacity = 8000.0 * (nodes + inputs.supply.front().fleet.spares);
  const double expected = capacity * inputs.duration->si() * kSecond;
  RC_ASSERT(std::abs(log.unit_ns() - expected) <= 1e-9 * expected);
  RC_ASSERT(result.jobs == static_cast<std::int64_t>(log.jobs.size()));
}

/// The life of a job is its waits and its runs; quota that was given is given back.
RC_GTEST_PROP(GovernedCluster, LivesAndQuotaAddUp, ()) {
  const int teams = *rc::gen::inRange(1, 4);
  const int nodes = teams * *rc::gen::inRange(1, 4);
  const GovernanceInputs inputs = drawn_cluster(teams, nodes);
  fixtures::ListedJobs source(drawn_jobs(teams, nodes));
  fixtures::GovernanceLog log;
  run_governance(inputs, source, {.seed = 3}, log);
  for (const JobRecord& job : log.jobs) {
    const std::int64_t life = job.ended_ns - job.submitted_ns;
    RC_ASSERT(job.wait_ns >= 0 && job.run_ns >= 0 && job.no_nodes_ns >= 0);
    RC_ASSERT(job.lost_ns <= job.run_ns);
    RC_ASSERT(job.first_wait_ns <= job.wait_ns);
    // Without nodes it may hold some of those that it asked for.
    RC_ASSERT(job.wait_ns + job.run_ns <= life);
    RC_ASSERT(job.wait_ns + job.run_ns + job.no_nodes_ns >= life);
  }
  std::map<QueueIndex, std::int64_t> held;
  for (const QuotaChange& change : log.quota) {
    held[change.queue] += change.units;
    RC_ASSERT(held[change.queue] >= 0);
  }
  for (const auto& [queue, units] : held) RC_ASSERT(units == 0);
}

/// The same seed gives the same run.
RC_GTEST_PROP(GovernedCluster, IsReproducible, ()) {
  const GovernanceInputs inputs = drawn_cluster(2, 4);
  const std::vector<JobSpec> jobs = drawn_jobs(2, 4);
  const auto digest = [&] {
    fixtures::ListedJobs source(jobs);
    fixtures::GovernanceLog log;
    return run_governance(inputs, source, {.seed = 5}, log).digest;
  };
  RC_ASSERT(digest() == digest());
}

}  // namespace
}  // namespace sextant
