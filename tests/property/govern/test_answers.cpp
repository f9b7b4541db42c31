// Whatever jobs come, and whatever the policy: every accelerator-second has one owner, what is
// borrowed is lent, and rows sum to the whole.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "sextant/governance/arrivals.h"
#include "src/govern/answers.h"

namespace sextant::govern {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;

/// Two to four teams of 4 to 16 accelerators each, on nodes of four for all of them.
GovernanceInputs random_inputs() {
  GovernanceInputs inputs;
  AdmissionPolicy& policy = inputs.policy;
  policy.resources = {"nvidia.com/gpu"};
  policy.flavors.resize(1);
  policy.flavors[0].name = "box";
  policy.flavors[0].node_capacity = {{ResourceIndex{}, 4}};
  policy.priority_classes = {{"low", 1}, {"high", 2}};
  inputs.supply.resize(1);
  inputs.supply[0].unit_weights = {1000};
  const auto teams = *rc::gen::inRange<std::uint32_t>(2, 5);
  for (std::uint32_t t = 0; t < teams; ++t) {
    const int nodes = *rc::gen::inRange(1, 5);
    policy.flavors[0].nodes += nodes;
    AdmissionQueue queue;
    queue.name = std::to_string(t);
    queue.cohort = "all";
    ResourceQuota quota;
    quota.nominal = 4 * nodes;
    if (*rc::gen::arbitrary<bool>()) quota.borrowing_limit = *rc::gen::inRange(0, 16);
    if (*rc::gen::arbitrary<bool>()) quota.lending_limit = *rc::gen::inRange(0, 16);
    queue.groups = {{{{FlavorIndex{}, {quota}}}}};
    queue.preemption = {.within_queue = WithinQueuePolicy::kLowerPriority,
                        .reclaim_within_cohort = ReclaimPolicy::kAny};
    policy.queues.push_back(queue);
    inputs.teams.push_back({queue.name, QueueIndex{t}});
  }
  policy.fair_sharing = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) inputs.warm_pool = 10.0 * kMinute;
  inputs.duration = static_cast<double>(*rc::gen::inRange(600, 3000)) * kMinute;
  return inputs;
}

std::vector<JobSpec> random_jobs(std::size_t teams) {
  std::vector<JobSpec> jobs;
  for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
    JobSpec& job = jobs.emplace_back();
    job.team = TeamIndex{*rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(teams))};
    job.priority_class = ClassIndex{*rc::gen::inRange<std::uint32_t>(0, 2)};
    job.kind = static_cast<JobKind>(*rc::gen::inRange(0, 5));
    job.submit = SimTime(*rc::gen::inRange<std::int64_t>(0, 500) * kMinuteNs);
    job.work = SimDuration(*rc::gen::inRange<std::int64_t>(1, 300) * kMinuteNs);
    job.startup = SimDuration(*rc::gen::inRange<std::int64_t>(0, 5) * kMinuteNs);
    job.idle_tail = SimDuration(*rc::gen::inRange<std::int64_t>(0, 30) * kMinuteNs);
    if (*rc::gen::arbitrary<bool>()) job.checkpoint_interval = SimDuration(10 * kMinuteNs);
    job.podsets.resize(1);
    job.podsets[0].count = *rc::gen::inRange(1, 4);
    job.podsets[0].per_pod = {{ResourceIndex{}, *rc::gen::inRange(1, 5)}};
  }
  return jobs;
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b)); }

double allocated(const std::vector<GroupAnswer>& rows) {
  double sum = 0;
  for (const GroupAnswer& row : rows) sum += row.hours.allocated;
  return sum;
}

RC_GTEST_PROP(GovernanceAnswers, EveryHourHasOneOwner, ()) {
  const GovernanceInputs inputs = random_inputs();
  const std::vector<JobSpec> jobs = random_jobs(inputs.teams.size());
  GovernanceAnswers fold(inputs, {FlavorRates{.node_price = UsdPerSecond(4.0 / 3600)}});
  const ReplicaAnswers answers =
      fold.finish(run_governance(inputs, *listed_jobs(jobs), {.seed = 1}, fold));

  const double capacity = 4.0 * inputs.policy.flavors[0].nodes * answers.wall_time_s / 3600;
  RC_ASSERT(near(answers.nodes.there(), capacity));
  RC_ASSERT(near(answers.cost_usd(), capacity));
  const double held = answers.nodes.allocated;
  RC_ASSERT(near(answers.cluster.hours.allocated, held));
  RC_ASSERT(near(allocated(answers.teams), held));
  RC_ASSERT(near(allocated(answers.classes), held));
  RC_ASSERT(near(allocated(answers.team_classes), held));
  RC_ASSERT(near(allocated(answers.kinds), held));
  RC_ASSERT(near(answers.cluster.hours.borrowed, answers.cluster.hours.lent));
  RC_ASSERT(answers.cluster.hours.used + answers.cluster.hours.lost <= held * (1 + 1e-9));

  const OverTime& over = answers.over_time;
  double in_bins = 0;
  for (std::size_t i = 0; i < over.allocated.size(); ++i) {
    const double from_s = over.width_s * static_cast<double>(i);
    in_bins += over.allocated[i] * std::min(over.width_s, answers.wall_time_s - from_s) / 3600;
    RC_ASSERT(over.allocated[i] <= over.there[i] * (1 + 1e-9) + 1e-9);
  }
  RC_ASSERT(near(in_bins, held));
}

RC_GTEST_PROP(GovernanceAnswers, EveryJobIsCountedOnce, ()) {
  const GovernanceInputs inputs = random_inputs();
  const std::vector<JobSpec> jobs = random_jobs(inputs.teams.size());
  GovernanceAnswers fold(inputs, {FlavorRates{}});
  std::int64_t told = 0;
  fold.listen([&](const JobRecord&) { ++told; });
  const ReplicaAnswers answers =
      fold.finish(run_governance(inputs, *listed_jobs(jobs), {.seed = 1}, fold));
  RC_ASSERT(told == static_cast<std::int64_t>(jobs.size()));
  RC_ASSERT(answers.cluster.jobs == told);
  std::int64_t ends = 0, preemptions = 0, counted = 0;
  for (const std::int64_t count : answers.cluster.ends) ends += count;
  RC_ASSERT(ends == told);
  for (const GroupAnswer& kind : answers.kinds) preemptions += kind.preemptions;
  for (const EvictionCount& each : answers.eviction_counts) counted += each.count;
  RC_ASSERT(preemptions == answers.cluster.preemptions);
  RC_ASSERT(counted >= preemptions);
}

}  // namespace
}  // namespace sextant::govern
