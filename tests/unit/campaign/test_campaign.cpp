#include "sextant/campaign/campaign.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sextant/cluster/usage_log.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

/// 100 h of steps of 10 s on four nodes, a blocking checkpoint of a minute every hour.
CampaignInputs small_run() {
  CampaignInputs inputs;
  inputs.nodes = 4;
  const CheckpointCosts checkpoint{
      .mode = CheckpointMode::kBlocking, .write = kMinute, .restore = 2.0 * kMinute};
  inputs.phases = {steady_phase(Seconds(10), 36'000, checkpoint)};
  inputs.interval = kHour;
  inputs.failures.node_life.value = 40.0 * kHour;
  inputs.recovery.repair.law = RepairLaw::kConstant;
  inputs.fleet.spares = 2;
  return inputs;
}

CampaignInputs without_failures(CampaignInputs inputs) {
  inputs.failures = FailureProfile();
  return inputs;
}

/// Times at which the job stopped training because something failed.
std::vector<std::int64_t> failure_times(const UsageLog& log) {
  std::vector<std::int64_t> times;
  for (const UsageInterval& usage : log.intervals()) {
    if (usage.state == NodeState::kDetecting) times.push_back(usage.from_ns);
  }
  return times;
}

TEST(Campaign, WithoutFailuresIsWorkAndCheckpoints) {
  UsageTotals usage;
  const CampaignResult result = run_campaign(without_failures(small_run()), {}, usage);
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_EQ(result.steps_done, 36'000);
  EXPECT_EQ(result.checkpoints, 100);
  EXPECT_EQ(result.total_interruptions(), 0);
  const Seconds start = small_run().recovery.restart;
  EXPECT_DOUBLE_EQ(result.wall_time.si(), (start + 100.0 * kHour + 100.0 * kMinute).si());
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kTraining).si(), 360'000.0);
  EXPECT_DOUBLE_EQ(usage.node_time(NodeState::kSpare).si(), 2 * result.wall_time.si());
}

TEST(Campaign, WithFailuresKeepsEveryStepOnce) {
  UsageTotals usage;
  const CampaignResult result = run_campaign(small_run(), {.seed = 3}, usage);
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_EQ(result.steps_done, 36'000);
  EXPECT_EQ(result.checkpoints, 100);
  EXPECT_GT(result.total_interruptions(), 3);
  EXPECT_EQ(result.nodes_swapped, result.total_interruptions());
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kTraining).si(), 360'000.0);
  EXPECT_GT(usage.job_time(NodeState::kTrainingLost).si(), 0.0);
  EXPECT_DOUBLE_EQ(usage.job_time().si(), result.wall_time.si());
}

TEST(Campaign, IsTheSameForTheSameKeyAndOnlyForIt) {
  UsageTotals usage;
  const auto digest = [&](std::uint64_t seed, std::uint32_t replica) {
    return run_campaign(small_run(), {seed, replica}, usage).digest;
  };
  EXPECT_EQ(digest(1, 5), digest(1, 5));
  EXPECT_NE(digest(1, 5), digest(1, 6));
  EXPECT_NE(digest(1, 5), digest(2, 5));
}

// Common random numbers: what-ifs meet the same luck.
TEST(Campaign, ChangingTheIntervalLeavesTheFailuresAsTheyWere) {
  CampaignInputs inputs = small_run();
  inputs.duration = 200.0 * kHour;
  inputs.phases.front().runs.front().steps = 1'000'000;
  inputs.fleet.spares = 100;
  UsageLog hourly;
  run_campaign(inputs, {.seed = 9}, hourly);
  inputs.interval = 3.0 * kHour;
  UsageLog slowly;
  run_campaign(inputs, {.seed = 9}, slowly);
  EXPECT_GT(failure_times(hourly).size(), 10u);
  EXPECT_EQ(failure_times(hourly), failure_times(slowly));
}

TEST(Campaign, OneNodeWithoutSparesWaitsForItsRepair) {
  CampaignInputs inputs = small_run();
  inputs.nodes = 1;
  inputs.failures.node_life.value = 10.0 * kHour;
  inputs.fleet.spares = 0;
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 4}, usage);
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  ASSERT_GT(result.total_interruptions(), 0);
  const double repair = inputs.recovery.repair.mean.value.si();
  EXPECT_NEAR(usage.job_time(NodeState::kWaiting).si(),
              static_cast<double>(result.total_interruptions()) * repair, 1e-6);
}

TEST(Campaign, TrainsOnAfterARestartOnTheSameNodes) {
  CampaignInputs inputs = small_run();
  FailureCause software;
  software.name = "software";
  software.weight.value = 1;
  software.symptom = Symptom::kHang;
  software.remedy = Remedy::kRestart;
  inputs.failures.causes = {software};
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 5}, usage);
  const double stops = static_cast<double>(result.total_interruptions());
  ASSERT_GT(stops, 0);
  EXPECT_EQ(result.nodes_swapped, 0);
  EXPECT_EQ(usage.node_time(NodeState::kRepair).si(), 0);
  EXPECT_EQ(usage.job_time(NodeState::kSwapping).si(), 0);
  // Where no failure hits a recovery, each is detected after the time-out of a collective.
  EXPECT_NEAR(usage.job_time(NodeState::kDetecting).si(),
              stops * inputs.recovery.hang_detection.value.si(), 1e-6);
}

TEST(Campaign, CountsFailuresOfTheJobItself) {
  CampaignInputs inputs = without_failures(small_run());
  inputs.failures.job_life = Coefficient<Seconds>{10.0 * kHour, "", "", Method::kAssumed, {}};
  FailureCause software;
  software.name = "software";
  software.weight.value = 1;
  software.detection = Coefficient<Seconds>{Seconds(7), "", "", Method::kAssumed, {}};
  inputs.failures.job_causes = {software};
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 5}, usage);
  ASSERT_EQ(result.interruptions.size(), 2u);  // the nameless cause of the nodes, and the job's
  EXPECT_EQ(result.interruptions[0], 0);
  EXPECT_GT(result.interruptions[1], 3);
  EXPECT_NEAR(usage.job_time(NodeState::kDetecting).si(),
              7.0 * static_cast<double>(result.interruptions[1]), 1e-6);
}

TEST(Campaign, EndsAtAGivenDuration) {
  CampaignInputs inputs = small_run();
  inputs.phases.front().runs.front().steps = 1'000'000'000;
  inputs.duration = 50.0 * kHour;
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 6}, usage);
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_DOUBLE_EQ(result.wall_time.si(), 50.0 * 3600);
  EXPECT_NEAR(usage.job_time().si(), 50.0 * 3600, 1e-6);
  EXPECT_NEAR(static_cast<double>(result.steps_done) * 10,
              usage.job_time(NodeState::kTraining).si(), 10.0);
}

TEST(Campaign, ThatFinishesBeforeItsDurationEndsThen) {
  CampaignInputs inputs = without_failures(small_run());
  inputs.duration = 1000.0 * kHour;
  UsageTotals usage;
  EXPECT_LT(run_campaign(inputs, {}, usage).wall_time.si(), 110.0 * 3600);
}

TEST(Campaign, ThatFailsFasterThanItSavesSaysSo) {
  CampaignInputs inputs = small_run();
  inputs.failures.node_life.value = kMinute;
  inputs.fleet.spares = 1000;
  inputs.give_up_after = 1e6;
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 1}, usage);
  EXPECT_EQ(result.outcome, Outcome::kNoProgress);
  EXPECT_EQ(result.steps_done, 0);
  EXPECT_GE(result.total_interruptions(), 10'000);
}

TEST(Campaign, ThatRunsOutOfTimeGivesUp) {
  CampaignInputs inputs = small_run();
  inputs.failures.node_life.value = kHour;  // of four nodes: a failure every 15 min
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 1}, usage);
  EXPECT_EQ(result.outcome, Outcome::kGaveUp);
  EXPECT_LT(result.steps_done, 36'000);
  const Seconds failure_free = inputs.recovery.restart.value + 100.0 * kHour + 100.0 * kMinute;
  EXPECT_NEAR(result.wall_time.si(), 20 * failure_free.si(), 1e-3);
  EXPECT_NEAR(usage.job_time().si(), result.wall_time.si(), 1e-3);
}

TEST(Campaign, DrawsItsStepAndItsRateOnlyWhereTheyAreUncertain) {
  CampaignInputs inputs = small_run();
  UsageTotals usage;
  CampaignResult result = run_campaign(inputs, {.seed = 1}, usage);
  EXPECT_EQ(result.step_factor, 1.0);
  EXPECT_EQ(result.rate_factor, 1.0);
  inputs.step_log_spread = 0.1;
  inputs.failures.rate_spread_shape = Coefficient<double>{2.0, "", "", Method::kAssumed, {}};
  result = run_campaign(inputs, {.seed = 1}, usage);
  EXPECT_NE(result.step_factor, 1.0);
  EXPECT_NE(result.rate_factor, 1.0);
}

TEST(Campaign, StateOfTheJobIsReportedWithoutGapsOrOverlaps) {
  CampaignInputs inputs = small_run();
  inputs.phases.front().checkpoint = {.mode = CheckpointMode::kAsynchronous,
                                      .stall = Seconds(3),
                                      .write = 5.0 * kMinute,
                                      .slowdown = 0.03,
                                      .restore = kMinute};
  UsageLog log;
  const CampaignResult result = run_campaign(inputs, {.seed = 8}, log);
  std::int64_t at = 0;
  for (const UsageInterval& usage : log.intervals()) {
    if (usage.entity == kFleetEntity) continue;
    EXPECT_EQ(usage.from_ns, at);
    EXPECT_GT(usage.to_ns, usage.from_ns);
    at = usage.to_ns;
  }
  EXPECT_DOUBLE_EQ(static_cast<double>(at) * 1e-9, result.wall_time.si());
}

/// The small run in two halves of 50 h, with a planned stop between them.
CampaignInputs two_phases() {
  CampaignInputs inputs = small_run();
  CampaignPhase second = inputs.phases.front();
  inputs.phases.front().runs.front().steps = 18'000;
  second.runs.front() = {.step = Seconds(20), .steps = 9'000};
  second.restarts = true;
  inputs.phases.push_back(second);
  return inputs;
}

TEST(Campaign, StopsRestartsAndReadsBetweenPhases) {
  UsageTotals usage;
  const CampaignResult result = run_campaign(without_failures(two_phases()), {}, usage);
  const Seconds restart = small_run().recovery.restart;
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_EQ(result.steps_done, 27'000);
  EXPECT_EQ(result.checkpoints, 100);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kRestarting).si(), restart.si());
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kRestoring).si(), 120);
  ASSERT_EQ(result.phase_times.size(), 2u);
  const Seconds half = 50.0 * kHour + 50.0 * kMinute;
  EXPECT_DOUBLE_EQ(result.phase_times[0].si(), (restart + half).si());
  EXPECT_DOUBLE_EQ(result.phase_times[1].si(), (restart + 2.0 * kMinute + half).si());
  EXPECT_DOUBLE_EQ(result.wall_time.si(), (result.phase_times[0] + result.phase_times[1]).si());
}

TEST(Campaign, GoesFromPhaseToPhaseWithoutAStopWhereNoneIsNeeded) {
  CampaignInputs inputs = without_failures(two_phases());
  inputs.phases.back().restarts = false;
  UsageTotals usage;
  run_campaign(inputs, {}, usage);
  EXPECT_EQ(usage.job_time(NodeState::kRestarting).si(), 0);
  EXPECT_EQ(usage.job_time(NodeState::kRestoring).si(), 0);
}

// Whoever fails in the second phase goes back to its own checkpoints, or to the end of the first.
TEST(Campaign, LosesNoWorkOfAPhaseThatIsOver) {
  CampaignInputs inputs = two_phases();
  inputs.interval = 1000.0 * kHour;  // one checkpoint, at the end of each phase
  inputs.failures.node_life.value = 200.0 * kHour;
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {.seed = 3}, usage);
  ASSERT_EQ(result.outcome, Outcome::kFinished);
  ASSERT_GT(result.total_interruptions(), 0);
  EXPECT_EQ(result.checkpoints, 2);
  EXPECT_EQ(result.steps_done, 27'000);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kTraining).si(), 360'000.0);
}

TEST(Campaign, ReadsTheWeightsThatItTunesBeforeTheFirstStep) {
  CampaignInputs inputs = without_failures(small_run());
  inputs.phases.front().reads_weights = true;
  UsageTotals usage;
  run_campaign(inputs, {}, usage);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kRestoring).si(), 120);
}

TEST(Campaign, EvaluatesEveryNthStep) {
  CampaignInputs inputs = without_failures(small_run());
  inputs.phases.front().evaluation = {.every = 1000, .time = Seconds(50)};
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {}, usage);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kEvaluating).si(), 36 * 50);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kTraining).si(), 360'000.0);
  EXPECT_DOUBLE_EQ(usage.job_time().si(), result.wall_time.si());
}

TEST(Campaign, PhaseOfGivenDurationTrainsWhatFits) {
  CampaignInputs inputs = without_failures(two_phases());
  inputs.phases.front().duration = 10.0 * kHour;
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, {}, usage);
  // 5 min to start; nine segments of an hour and their checkpoints; 2,760 s and a checkpoint are
  // left, which is 270 steps of 10 s.
  EXPECT_EQ(result.steps_done, 9 * 360 + 270 + 9'000);
  EXPECT_LE(result.phase_times.front(), 10.0 * kHour);
  EXPECT_GT(result.phase_times.front(), 10.0 * kHour - Seconds(10));
}

TEST(Campaign, PhaseOfGivenDurationEndsInTimeUnlessAFailureComesLate) {
  CampaignInputs inputs = two_phases();
  inputs.phases.front().duration = 40.0 * kHour;
  UsageTotals usage;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const CampaignResult result = run_campaign(inputs, {.seed = seed}, usage);
    ASSERT_EQ(result.phase_times.size(), 2u);
    // At worst a failure in the last moment, and one during its recovery.
    EXPECT_LE(result.phase_times.front(), 42.0 * kHour);
    EXPECT_GE(result.phase_times.front(), 40.0 * kHour - kMinute - Seconds(10));
  }
}

}  // namespace
}  // namespace sextant
