#include <gtest/gtest.h>

#include "sextant/campaign/campaign.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

template <class T>
Coefficient<T> given(T value) {
  return {value, "", "", Method::kAssumed, {}};
}

/// 1,000 h of steps of 10 s on four nodes, a blocking checkpoint of a minute every hour; some forty
/// crashes that cost a node, ten spares.
CampaignInputs run_with_crashes() {
  CampaignInputs inputs;
  inputs.nodes = 4;
  const CheckpointCosts checkpoint{
      .mode = CheckpointMode::kBlocking, .write = kMinute, .restore = 2.0 * kMinute};
  inputs.phases = {steady_phase(Seconds(10), 360'000, checkpoint)};
  inputs.interval = kHour;
  inputs.failures.node_life.value = 100.0 * kHour;
  inputs.recovery.repair.law = RepairLaw::kConstant;
  inputs.fleet.spares = 10;
  return inputs;
}

/// The same, where a restart on the same nodes is enough.
CampaignInputs run_with_restarts(Symptom symptom = Symptom::kCrash) {
  CampaignInputs inputs = run_with_crashes();
  FailureCause software;
  software.name = "software";
  software.weight.value = 1;
  software.symptom = symptom;
  software.remedy = Remedy::kRestart;
  inputs.failures.causes = {software};
  return inputs;
}

CampaignInputs run_without_failures() {
  CampaignInputs inputs = run_with_crashes();
  inputs.failures = FailureProfile();
  return inputs;
}

struct Ran {
  UsageTotals usage;
  CampaignResult result;

  explicit Ran(const CampaignInputs& inputs, std::uint64_t seed = 1)
      : result(run_campaign(inputs, {.seed = seed}, usage)) {
    EXPECT_EQ(result.outcome, Outcome::kFinished);
    EXPECT_EQ(result.steps_done, inputs.steps());
    EXPECT_NEAR(time(NodeState::kTraining), 3'600'000, 1e-3);
  }
  double time(NodeState state) const { return usage.job_time(state).si(); }
  double stops() const { return static_cast<double>(result.total_interruptions()); }
};

TEST(Recovery, TakesEveryStageThatIsGiven) {
  CampaignInputs inputs = run_with_crashes();
  Recovery& recovery = inputs.recovery;
  inputs.ranks = 32;
  recovery.initialisation_per_rank = given(Seconds(0.5));
  recovery.diagnosis = given(Seconds(30));
  recovery.health_check = given(Seconds(20));
  recovery.reboot = given(Seconds(100));
  recovery.compilation = given(Seconds(900));
  recovery.cached_compilation = given(Seconds(40));
  recovery.warm_up = given(Seconds(9));
  const Ran run(inputs);
  ASSERT_GT(run.stops(), 20);
  // None of these failures hits a recovery.
  EXPECT_NEAR(run.time(NodeState::kDiagnosing), 30 * run.stops(), 1e-6);
  EXPECT_NEAR(run.time(NodeState::kSwapping), 120 * run.stops(), 1e-6);
  EXPECT_NEAR(run.time(NodeState::kRestarting), (20 + 100 + 300 + 16) * run.stops(), 1e-6);
  EXPECT_NEAR(run.time(NodeState::kCompiling), 900 + 40 * run.stops(), 1e-6);
  EXPECT_NEAR(run.time(NodeState::kRestoring), 120 * run.stops(), 1e-6);
  EXPECT_NEAR(run.time(NodeState::kWarmingUp), 9 * (1 + run.stops()), 1e-6);
  EXPECT_NEAR(run.time(NodeState::kStarting), 316, 1e-6);
}

TEST(Recovery, InTheProcessIsWhereNoNodeIsSwapped) {
  CampaignInputs inputs = run_with_restarts();
  inputs.recovery.in_process = given(Seconds(15));
  const Ran same_nodes(inputs);
  EXPECT_NEAR(same_nodes.time(NodeState::kRestarting), 15 * same_nodes.stops(), 1e-6);
  inputs = run_with_crashes();
  inputs.recovery.in_process = given(Seconds(15));
  const Ran swapped(inputs);
  EXPECT_NEAR(swapped.time(NodeState::kRestarting), 300 * swapped.stops(), 1e-6);
  inputs.fleet.spare_kind = SpareKind::kHot;
  const Ran hot(inputs);
  EXPECT_NEAR(hot.time(NodeState::kRestarting), 15 * hot.stops(), 1e-6);
  EXPECT_EQ(hot.time(NodeState::kSwapping), 0);
}

TEST(Recovery, IsAsHeavyTailedAsMeanOverMedianSays) {
  CampaignInputs inputs = run_with_restarts();
  inputs.recovery.mean_over_median = given(2.0);
  double stops = 0;
  double restarting = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Ran run(inputs, seed);
    stops += run.stops();
    restarting += run.time(NodeState::kRestarting);
  }
  EXPECT_NEAR(restarting / stops, 2 * 300, 30);
}

TEST(Recovery, TriesAgainUntilItWorksOrPeopleCome) {
  CampaignInputs inputs = run_with_restarts();
  inputs.recovery.restart_success = given(0.5);
  const Ran patient(inputs);
  EXPECT_NEAR(patient.time(NodeState::kRestarting) / 300, 2 * patient.stops(),
              0.5 * patient.stops());
  EXPECT_EQ(patient.result.calls, 0);
  inputs.recovery.automatic_restarts = 1;
  const Ran calling(inputs);
  EXPECT_NEAR(calling.time(NodeState::kRestarting), 300 * calling.stops(), 1e-6);
  const auto calls = static_cast<double>(calling.result.calls);
  EXPECT_NEAR(calls, 0.5 * calling.stops(), 0.3 * calling.stops());
  EXPECT_NEAR(calling.time(NodeState::kWaitingForPeople), calls * 1800, 1e-6);
}

TEST(Recovery, WaitsForPeopleUntilTheyWork) {
  CampaignInputs inputs = run_with_restarts();
  inputs.recovery.restart_success = given(0.001);
  inputs.recovery.automatic_restarts = 1;
  inputs.recovery.people.from = 9.0 * kHour;
  inputs.recovery.people.to = 17.0 * kHour;
  const Ran daily(inputs);
  inputs.recovery.people.weekends = false;
  const Ran weekdays(inputs);
  const auto mean_wait = [](const Ran& run) {
    return run.time(NodeState::kWaitingForPeople) / 3600 / static_cast<double>(run.result.calls);
  };
  // Uniform over a day: a third waits for nobody, two thirds 8 h in the mean; over a week more.
  EXPECT_NEAR(mean_wait(daily), 0.5 + 16 * 8 / 24.0, 2);
  EXPECT_GT(mean_wait(weekdays), mean_wait(daily) + 3);
}

TEST(Recovery, HangsThatNobodyWatchesLastLongest) {
  const Ran crash(run_with_restarts());
  const Ran hang(run_with_restarts(Symptom::kHang));
  const Ran unwatched(run_with_restarts(Symptom::kUnwatchedHang));
  EXPECT_NEAR(crash.time(NodeState::kDetecting), 120 * crash.stops(), 1e-6);
  EXPECT_NEAR(hang.time(NodeState::kDetecting), 600 * hang.stops(), 1e-6);
  // Its clock runs in a hang: what fails meanwhile is not detected once more.
  EXPECT_NEAR(unwatched.time(NodeState::kDetecting), 8 * 3600 * unwatched.stops(),
              0.35 * 8 * 3600 * unwatched.stops());
}

TEST(Recovery, SavesBeforeWhatIsPlanned) {
  CampaignInputs inputs = run_without_failures();
  inputs.fleet.maintenance = Maintenance{given(Seconds(24.0 * kHour)), given(Seconds(kHour))};
  const Ran run(inputs);
  ASSERT_GT(run.stops(), 30);
  EXPECT_NEAR(run.time(NodeState::kMaintenance), 3600 * run.stops(), 1e-6);
  EXPECT_EQ(run.time(NodeState::kDetecting), 0);
  EXPECT_LE(run.time(NodeState::kTrainingLost), 10 * run.stops());  // the step that is under way
}

TEST(Recovery, SpotNodesSaveIfTheNoticeIsLongEnough) {
  CampaignInputs inputs = run_without_failures();
  inputs.fleet.spot = SpotReclaims{};
  inputs.fleet.spot->node_life = given(Seconds(100.0 * kHour));
  const Ran in_time(inputs);
  ASSERT_GT(in_time.stops(), 20);
  EXPECT_LE(in_time.time(NodeState::kTrainingLost), 10 * in_time.stops());
  EXPECT_EQ(in_time.result.nodes_swapped, in_time.result.total_interruptions());
  // A node that was taken back is not paid for.
  EXPECT_EQ(in_time.usage.node_time(NodeState::kRepair).si(), 0);
  EXPECT_GT(in_time.usage.node_time(NodeState::kReleased), in_time.stops() * kHour);
  inputs.phases.front().checkpoint.write = 3.0 * kMinute;
  const Ran too_late(inputs);
  EXPECT_GT(too_late.time(NodeState::kTrainingLost), 600 * too_late.stops());
}

TEST(Recovery, SlowNodesAddTimeUntilTheyAreFound) {
  CampaignInputs inputs = run_without_failures();
  Slowdown slow{.name = "slow", .node_life = {}, .slowdown = {}, .lasts = {}, .remedy = {}};
  slow.node_life = given(Seconds(1000.0 * kHour));
  slow.slowdown = given(0.5);
  slow.lasts = given(Seconds(10.0 * kHour));
  inputs.failures.slowdowns = {slow};
  double straggling = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Ran passing(inputs, seed);
    EXPECT_EQ(passing.stops(), 0);
    straggling += passing.time(NodeState::kStraggling) / 3600 / 50;
  }
  // Four nodes, one slow time in 1,000 h each, 10 h long: 40 of 1,000 h, in which two thirds of the
  // work are done; the run is longer by what they add.
  EXPECT_NEAR(straggling, 40 / 3.0, 2);

  inputs.failures.slowdowns.front().remedy = Remedy::kReplace;
  const Ran found(inputs, 3);
  EXPECT_GT(found.stops(), 0);
  EXPECT_EQ(found.result.nodes_swapped, found.result.total_interruptions());
  EXPECT_EQ(found.time(NodeState::kDetecting), 0);
  EXPECT_LE(found.time(NodeState::kTrainingLost), 10 * found.stops());
}

TEST(Recovery, SilentCorruptionGoesBackToBeforeIt) {
  CampaignInputs inputs = run_with_crashes();
  FailureCause silent;
  silent.name = "silent";
  silent.weight.value = 1;
  silent.symptom = Symptom::kSilentCorruption;
  silent.detection = given(Seconds(5.0 * kHour));
  inputs.failures.causes = {silent};
  inputs.failures.node_life.value = 800.0 * kHour;
  double lost = 0;
  double stops = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Ran run(inputs, seed);
    lost += run.time(NodeState::kTrainingLost) / 3600;
    stops += run.stops();
  }
  ASSERT_GT(stops, 100);
  // What is trained until it is found, and what was not yet saved when it came: half an hour.
  EXPECT_NEAR(lost / stops, 5.0 / (61.0 / 60) + 0.5, 0.8);
}

TEST(Recovery, ElasticJobsTrainOnWithFewerReplicas) {
  CampaignInputs inputs = run_with_crashes();
  inputs.fleet.spares = 0;
  inputs.recovery.repair.mean.value = 10.0 * kHour;
  const Ran waiting(inputs);
  inputs.recovery.elastic = ElasticTraining{};
  inputs.elasticity = Elasticity{.nodes_per_replica = 1, .replicas = 4};
  const Ran elastic(inputs);
  ASSERT_GT(elastic.stops(), 20);
  EXPECT_GT(waiting.time(NodeState::kWaiting), 9 * 3600 * waiting.stops());
  EXPECT_LT(elastic.time(NodeState::kWaiting), 0.1 * waiting.time(NodeState::kWaiting));
  // Three of four replicas take a third longer for 10 h: what they add is a quarter of it.
  EXPECT_NEAR(elastic.time(NodeState::kDegraded), 0.25 * 10 * 3600 * elastic.stops(),
              0.1 * 10 * 3600 * elastic.stops());
  EXPECT_LE(elastic.time(NodeState::kTrainingLost), 10 * 2 * elastic.stops());
  // Out, and in again.
  EXPECT_NEAR(elastic.time(NodeState::kReconfiguring), 2 * 60 * elastic.stops(),
              0.3 * 2 * 60 * elastic.stops());
  EXPECT_LT(elastic.result.wall_time, waiting.result.wall_time);
}

CampaignInputs with_tier(CampaignInputs inputs, CheckpointMedium medium, int copies) {
  const CheckpointCosts costs{
      .mode = CheckpointMode::kBlocking, .write = Seconds(1), .restore = Seconds(5)};
  inputs.phases.front().faster = {{medium, copies, costs}};
  inputs.faster_intervals = {Seconds(60)};
  inputs.interval = 10.0 * kHour;
  return inputs;
}

TEST(Recovery, ReadsTheNearestCopyThatIsLeft) {
  using enum CheckpointMedium;
  const auto lost_per_stop = [](const Ran& run) {
    return run.time(NodeState::kTrainingLost) / run.stops();
  };
  const Ran crash(with_tier(run_with_restarts(), kHostMemory, 1));
  EXPECT_LT(lost_per_stop(crash), 60);
  EXPECT_NEAR(crash.time(NodeState::kRestoring), 5 * crash.stops(), 1e-6);
  const Ran lost(with_tier(run_with_crashes(), kHostMemory, 1));
  EXPECT_GT(lost_per_stop(lost), 3600);
  EXPECT_NEAR(lost.time(NodeState::kRestoring), 120 * lost.stops(), 120);
  const Ran peers(with_tier(run_with_crashes(), kPeerMemory, 2));
  EXPECT_LT(lost_per_stop(peers), 60);
  CampaignInputs inputs = with_tier(run_with_restarts(), kHostMemory, 1);
  inputs.recovery.reboot = given(kMinute);
  EXPECT_GT(lost_per_stop(Ran(inputs)), 3600);
  inputs = with_tier(run_with_restarts(), kNvme, 1);
  inputs.recovery.reboot = given(kMinute);
  EXPECT_LT(lost_per_stop(Ran(inputs)), 60);
}

TEST(Recovery, GoesOnInTheNextTerm) {
  CampaignInputs inputs = run_without_failures();
  inputs.term = RentalTerm{.length = 120.0 * kHour,
                           .gap = 24.0 * kHour,
                           .start = 10.0 * kMinute,
                           .next_start = 5.0 * kMinute};
  const Ran run(inputs);
  const auto later = static_cast<double>(run.result.terms - 1);
  EXPECT_EQ(run.result.terms, 9);  // 1,000 h and 1,000 checkpoints in terms of less than 120 h
  EXPECT_NEAR(run.time(NodeState::kReleased), later * 86'400, 1e-6);
  EXPECT_NEAR(run.time(NodeState::kStarting), 900 + later * 300, 1e-6);
  EXPECT_NEAR(run.usage.node_time(NodeState::kReleased).si(), later * 86'400 * 14, 1e-3);
  EXPECT_EQ(run.stops(), 0);
}

TEST(Recovery, TimesAreDrawnWithinTheirRangesWhereAsked) {
  CampaignInputs inputs = run_with_restarts();
  inputs.recovery.restart.range = std::array{3.0 * kMinute, 20.0 * kMinute};
  inputs.uncertain_recovery = true;
  int slow = 0;
  int quick = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Ran run(inputs, seed);
    const double restart = run.time(NodeState::kRestarting) / run.stops();
    slow += restart > 20 * 60;
    quick += restart < 3 * 60;
  }
  EXPECT_NEAR(slow, 40, 20);
  EXPECT_NEAR(quick, 40, 20);
}

}  // namespace
}  // namespace sextant
