#include "src/govern/answers.h"

#include <gtest/gtest.h>

#include "sextant/ledger/power.h"
#include "tests/unit/govern/three_teams.h"

namespace sextant::govern {
namespace {

constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr FlavorIndex kFlavor{};

PowerCurve power() {
  PowerCurve curve;
  curve.idle.value = Watts(1000);
  curve.half.value = Watts(4000);
  curve.full.value = Watts(8000);
  return curve;
}

/// 80 USD an hour for a node of 8 accelerators.
FlavorRates rates() { return {.node_price = Usd(80) / kHour, .power = power(), .pue = 1.5}; }

UsageInterval held(std::uint32_t job, std::uint32_t team, NodeState state, double from_h,
                   double to_h, std::int64_t accelerators) {
  return {UsageEntity{job + 1},
          UsageOwner{team},
          state,
          static_cast<std::int64_t>(from_h * kHourNs),
          static_cast<std::int64_t>(to_h * kHourNs),
          1000 * accelerators};
}

UsageInterval nobodys(NodeState state, double from_h, double to_h, std::int64_t accelerators) {
  UsageInterval interval = held(0, 0, state, from_h, to_h, accelerators);
  interval.entity = kFleetEntity;
  return interval;
}

JobRecord record(std::uint64_t job, std::uint32_t team, double wait_h, double run_h) {
  JobRecord record;
  record.number = JobNumber{job};
  record.name = std::to_string(job);
  record.team = TeamIndex{team};
  record.priority_class = ClassIndex{team % 2};
  record.ended_ns = static_cast<std::int64_t>((wait_h + run_h) * kHourNs);
  record.first_wait_ns = record.wait_ns = static_cast<std::int64_t>(wait_h * kHourNs);
  record.run_ns = static_cast<std::int64_t>(run_h * kHourNs);
  return record;
}

GovernanceResult ended_after(Seconds wall_time) {
  GovernanceResult result;
  result.wall_time = wall_time;
  return result;
}

/// Ten hours: job 0 of team a on 24 for 4 h, an hour of it lost and a quarter of an hour of start;
/// job 1 of team b on 8 for 10 h, the last of them idle. One node is broken for 2 h.
ReplicaAnswers ten_hours() {
  const GovernanceInputs inputs = three_teams();
  GovernanceAnswers answers(inputs, {rates()});
  UsageSink& usage = answers.usage(kFlavor);
  answers.quota_changed({0, QueueIndex{1}, TeamIndex{1}, kFlavor, 8000});
  answers.quota_changed({kHourNs, QueueIndex{0}, TeamIndex{0}, kFlavor, 24000});
  usage.add(nobodys(NodeState::kSpare, 0, 1, 40));
  usage.add(held(0, 0, NodeState::kStarting, 1, 1.25, 24));
  usage.add(held(0, 0, NodeState::kTraining, 1.25, 4, 24));
  usage.add(held(0, 0, NodeState::kTrainingLost, 4, 5, 24));
  usage.add(nobodys(NodeState::kSpare, 1, 5, 16));
  answers.quota_changed({5 * kHourNs, QueueIndex{0}, TeamIndex{0}, kFlavor, -24000});
  JobRecord first = record(0, 0, 1, 4);
  first.evictions[static_cast<std::size_t>(EvictionReason::kInCohortReclamation)] = 2;
  first.evictions[static_cast<std::size_t>(EvictionReason::kNodeFailures)] = 1;
  first.missed_deadline = true;
  answers.job_ended(first);
  usage.add(nobodys(NodeState::kSpare, 5, 8, 40));
  usage.add(nobodys(NodeState::kSpare, 8, 10, 32));
  usage.add(nobodys(NodeState::kRepair, 8, 10, 8));
  usage.add(held(1, 1, NodeState::kTraining, 0, 9, 8));
  usage.add(held(1, 1, NodeState::kSpare, 9, 10, 8));
  answers.pending_changed(0, TeamIndex{0}, 1, 24'000);
  answers.pending_changed(kHourNs, TeamIndex{0}, 0, 0);
  EvictionRecord eviction;
  eviction.preemptor_team = TeamIndex{1};
  eviction.reason = EvictionReason::kInCohortReclamation;
  answers.job_evicted(eviction);
  answers.job_ended(record(1, 1, 0, 10));
  return answers.finish(ended_after(10.0 * kHour));
}

TEST(GovernanceAnswers, HoursOfATeam) {
  const GroupAnswer team = ten_hours().teams[0];
  EXPECT_DOUBLE_EQ(team.hours.allocated, 96);
  EXPECT_DOUBLE_EQ(team.hours.used, 66);
  EXPECT_DOUBLE_EQ(team.hours.lost, 24);
  EXPECT_DOUBLE_EQ(team.hours.reserved, 96);
  EXPECT_DOUBLE_EQ(team.hours.borrowed, 32);
  EXPECT_DOUBLE_EQ(ten_hours().teams[1].hours.held_idle, 8);
  EXPECT_NEAR(ten_hours().teams[1].hours.lent + ten_hours().teams[2].hours.lent, 32, 1e-9);
}

TEST(GovernanceAnswers, EveryHourIsSomebodys) {
  const ReplicaAnswers answers = ten_hours();
  const FlavorAnswer& nodes = answers.nodes;
  EXPECT_DOUBLE_EQ(nodes.there(), 480);
  EXPECT_DOUBLE_EQ(nodes.broken, 16);
  double teams = 0, classes = 0, cells = 0, kinds = 0;
  for (const GroupAnswer& row : answers.teams) teams += row.hours.allocated;
  for (const GroupAnswer& row : answers.classes) classes += row.hours.allocated;
  for (const GroupAnswer& row : answers.team_classes) cells += row.hours.allocated;
  for (const GroupAnswer& row : answers.kinds) kinds += row.hours.allocated;
  for (const double sum : {teams, classes, cells, kinds, answers.cluster.hours.allocated}) {
    EXPECT_DOUBLE_EQ(sum, nodes.allocated);
  }
}

TEST(GovernanceAnswers, MoneyAndEnergyAreOfEverything) {
  const ReplicaAnswers answers = ten_hours();
  EXPECT_NEAR(answers.cost_usd(), 480 * 10, 1e-9);
  EXPECT_NEAR(answers.teams[0].cost_usd, 96 * 10, 1e-9);
  EXPECT_NEAR(answers.nodes.idle_cost_usd, (480 - 96 - 80) * 10, 1e-9);
  // Node-hours: 11.25 at 8 kW, the rest at 1 kW (starting, idle and broken ones).
  const double full_h = (66 + 24) / 8.0 + 9;
  EXPECT_NEAR(answers.energy_j() / 3.6e6, 1.5 * (8 * full_h + 1 * (60 - full_h)), 1e-6);
}

TEST(GovernanceAnswers, CountsWhatHappenedToJobs) {
  const ReplicaAnswers answers = ten_hours();
  EXPECT_EQ(answers.cluster.jobs, 2);
  EXPECT_EQ(answers.teams[0].jobs, 1);
  EXPECT_EQ(answers.teams[2].jobs, 0);
  EXPECT_EQ(answers.cluster.preemptions, 2);
  EXPECT_EQ(answers.cluster.evictions[static_cast<std::size_t>(EvictionReason::kNodeFailures)], 1);
  EXPECT_EQ(answers.teams[0].missed_deadlines, 1);
  EXPECT_DOUBLE_EQ(answers.cluster.wait_s.max, 3600);
  EXPECT_DOUBLE_EQ(answers.cluster.wait_s.mean, 1800);
  EXPECT_DOUBLE_EQ(answers.cluster.running_jobs, 1.4);
  EXPECT_DOUBLE_EQ(answers.cluster.waiting_jobs, 0.1);
  ASSERT_EQ(answers.eviction_counts.size(), 1u);
  EXPECT_EQ(answers.eviction_counts[0].preemptor_team, 1);
}

TEST(GovernanceAnswers, OverTimeEndsWithTheSimulation) {
  const ReplicaAnswers answers = ten_hours();
  const OverTime& over = answers.over_time;
  EXPECT_DOUBLE_EQ(over.width_s, 300);
  ASSERT_EQ(over.there.size(), 120u);
  for (const double there : over.there) EXPECT_NEAR(there, 48, 1e-9);
  EXPECT_NEAR(over.allocated[0], 8, 1e-9);
  EXPECT_NEAR(over.allocated[12], 32, 1e-9);
  EXPECT_NEAR(over.used[12], 8, 1e-9);  // the other job is starting
  EXPECT_NEAR(over.borrowed[12], 8, 1e-9);
  EXPECT_NEAR(over.pending_jobs[11], 1, 1e-9);
  EXPECT_NEAR(over.pending[11], 24, 1e-9);
  EXPECT_EQ(over.pending[12], 0);
  EXPECT_NEAR(answers.idle_while_waiting, 24, 1e-9);
}

TEST(GovernanceAnswers, JainOfTeamsThatHaveJobs) {
  // 96 / 16 and 80 / 16.
  EXPECT_DOUBLE_EQ(ten_hours().jain, 176.0 * 176 / (2 * (96.0 * 96 + 80 * 80)));
}

TEST(GovernanceAnswers, NodesKeptWarmAreTheJobsThatHadThem) {
  GovernanceInputs inputs = three_teams();
  inputs.warm_pool = kHour;
  GovernanceAnswers answers(inputs, {rates()});
  UsageSink& usage = answers.usage(kFlavor);
  usage.add(held(0, 0, NodeState::kTraining, 0, 1, 8));
  answers.job_ended(record(0, 0, 0, 1));
  usage.add(held(0, 0, NodeState::kSpare, 1, 2, 8));
  const ReplicaAnswers result = answers.finish(ended_after(2.0 * kHour));
  EXPECT_DOUBLE_EQ(result.classes[0].hours.held_idle, 8);
  EXPECT_DOUBLE_EQ(result.teams[0].hours.allocated, 16);
}

TEST(GovernanceAnswers, RepeatedUsageIsTheSameAsOneByOne) {
  const GovernanceInputs inputs = three_teams();
  GovernanceAnswers repeated(inputs, {rates()}), single(inputs, {rates()});
  const std::vector<UsageInterval> cycle{held(0, 0, NodeState::kTraining, 0, 0.5, 8),
                                         held(0, 0, NodeState::kCheckpointStall, 0.5, 0.75, 8)};
  const std::int64_t period = 3 * kHourNs / 4;
  repeated.usage(kFlavor).add_repeated(cycle, period, 40);
  single.usage(kFlavor).UsageSink::add_repeated(cycle, period, 40);
  for (GovernanceAnswers* each : {&repeated, &single}) each->job_ended(record(0, 0, 0, 30));
  const ReplicaAnswers a = repeated.finish(ended_after(30.0 * kHour));
  const ReplicaAnswers b = single.finish(ended_after(30.0 * kHour));
  EXPECT_DOUBLE_EQ(a.cluster.hours.used, 160);
  EXPECT_NEAR(a.energy_j(), b.energy_j(), 1e-6 * b.energy_j());
  ASSERT_EQ(a.over_time.used.size(), b.over_time.used.size());
  for (std::size_t i = 0; i < a.over_time.used.size(); ++i) {
    EXPECT_NEAR(a.over_time.used[i], b.over_time.used[i], 1e-9);
  }
}

TEST(GovernanceAnswers, AReleasedNodeIsNobodysAndCostsNothing) {
  const GovernanceInputs inputs = three_teams();
  GovernanceAnswers answers(inputs, {rates()});
  answers.usage(kFlavor).add(nobodys(NodeState::kReleased, 0, 5, 48));
  answers.usage(kFlavor).add(nobodys(NodeState::kSpare, 5, 10, 48));
  const ReplicaAnswers result = answers.finish(ended_after(10.0 * kHour));
  EXPECT_DOUBLE_EQ(result.nodes.released, 240);
  EXPECT_DOUBLE_EQ(result.nodes.there(), 240);
  EXPECT_DOUBLE_EQ(result.cost_usd(), 2400);
  EXPECT_EQ(result.utilisation(), 0);
}

TEST(GovernanceAnswers, TakesTheLongestSimulation) {
  const GovernanceInputs inputs = three_teams();
  GovernanceAnswers answers(inputs, {FlavorRates{}});
  const ReplicaAnswers result = answers.finish(ended_after(SimTime::never().seconds()));
  EXPECT_LE(result.over_time.there.size(), TimeBins::kMost);
}

TEST(GovernanceAnswers, WhatCanNeverFitIsTold) {
  const GovernanceInputs inputs = three_teams();
  GovernanceAnswers answers(inputs, {FlavorRates{}});
  JobRecord job = record(0, 0, 0, 0);
  job.end = JobEnd::kNeverFits;
  job.units = 64'000;
  answers.job_ended(job);
  const ReplicaAnswers result = answers.finish(ended_after(kHour));
  ASSERT_EQ(result.impossible.size(), 1u);
  EXPECT_EQ(result.impossible[0].units, 64'000);
  EXPECT_EQ(result.cost_usd(), 0);
}

}  // namespace
}  // namespace sextant::govern
