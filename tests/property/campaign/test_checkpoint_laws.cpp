// Laws of saving: what a run gains and loses by it, with the same luck.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/campaign/interval.h"
#include "sextant/ledger/usage_totals.h"
#include "tests/support/campaign_fixtures.h"

namespace sextant {
namespace {

CheckpointCosts drawn_costs() {
  return {.mode = *rc::gen::element(CheckpointMode::kBlocking, CheckpointMode::kAsynchronous),
          .stall = Seconds(*rc::gen::inRange(0, 5)),
          .write = Seconds(*rc::gen::inRange(0, 100)),
          .slowdown = *rc::gen::element(0.0, 0.1),
          .restore = Seconds(*rc::gen::inRange(0, 300))};
}

FasterTier drawn_tier() {
  FasterTier tier{
      .medium = *rc::gen::element(CheckpointMedium::kHostMemory, CheckpointMedium::kPeerMemory,
                                  CheckpointMedium::kNvme),
      .copies = 1,
      .costs = drawn_costs()};
  if (tier.medium == CheckpointMedium::kPeerMemory) tier.copies = *rc::gen::inRange(2, 4);
  return tier;
}

/// A run of steps of 10 s that ends after some days, whatever it has done.
CampaignInputs drawn_run() {
  CampaignInputs inputs;
  inputs.nodes = *rc::gen::inRange(4, 64);
  inputs.phases = {steady_phase(Seconds(10), 1'000'000'000, drawn_costs())};
  inputs.duration = Seconds(*rc::gen::inRange(50'000, 500'000));
  inputs.interval = Seconds(10.0 * *rc::gen::inRange(1, 400));
  inputs.failures.node_life.value = inputs.nodes * Seconds(*rc::gen::inRange(1'000, 50'000));
  FailureCause crash;
  crash.remedy = Remedy::kRestart;
  crash.weight.value = *rc::gen::inRange(0, 3);
  FailureCause loss;
  loss.remedy = Remedy::kReplace;
  loss.weight.value = *rc::gen::inRange(1, 3);
  inputs.failures.causes = fixtures::nine_crashes_to_a_loss();
  inputs.fleet.spares = 50;
  return inputs;
}

/// The same with tiers besides the store.
CampaignInputs with_tiers(CampaignInputs inputs) {
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    inputs.phases.front().faster.push_back(drawn_tier());
    inputs.faster_intervals.push_back(Seconds(*rc::gen::inRange(10, 2000)));
  }
  return inputs;
}

UsageTotals usage_of(const CampaignInputs& inputs, std::uint64_t seed) {
  UsageTotals usage;
  run_campaign(inputs, {.seed = seed}, usage);
  return usage;
}

RC_GTEST_PROP(Tiers, RunsAreWholeWhateverTheirTiers, ()) {
  CampaignInputs inputs = with_tiers(drawn_run());
  inputs.phases.front().checkpoint.write_failure = *rc::gen::element(0.0, 0.1, 0.6);
  UsageTotals usage;
  const CampaignResult result =
      run_campaign(inputs, {.seed = *rc::gen::arbitrary<std::uint64_t>()}, usage);
  RC_ASSERT(usage.ettr() >= 0);
  RC_ASSERT(usage.ettr() <= 1);
  const double wall = result.wall_time.si();
  RC_ASSERT(std::abs(usage.job_time().si() - wall) <= 1e-9 * wall);
  // Training that is kept is that of the steps that are done, but for the one in progress.
  const double kept = usage.job_time(NodeState::kTraining).si();
  RC_ASSERT(kept >= 10.0 * static_cast<double>(result.steps_done) - 1e-3);
  RC_ASSERT(kept < 10.0 * static_cast<double>(result.steps_done + 1));
}

RC_GTEST_PROP(Tiers, ARunWithTiersDoesAllItsSteps, ()) {
  CampaignInputs inputs = with_tiers(drawn_run());
  inputs.duration.reset();
  inputs.phases.front().runs.front().steps = *rc::gen::inRange<std::int64_t>(1, 20'000);
  inputs.phases.front().checkpoint.write_failure = *rc::gen::element(0.0, 0.1, 0.6);
  UsageTotals usage;
  const CampaignResult result =
      run_campaign(inputs, {.seed = *rc::gen::arbitrary<std::uint64_t>()}, usage);
  RC_PRE(result.outcome == Outcome::kFinished);
  RC_ASSERT(result.steps_done == inputs.steps());
  RC_ASSERT(std::abs(usage.job_time(NodeState::kTraining).si() -
                     10.0 * static_cast<double>(inputs.steps())) < 1e-3);
}

// A tier that costs nothing and is read as fast as the store: every recovery takes as long as it
// did, so the same failures meet the same stretches, and each loses at most what it lost.
RC_GTEST_PROP(Tiers, AFreeTierNeverLosesMore, ()) {
  CampaignInputs without = drawn_run();
  without.phases.front().reads_weights = true;  // also where nothing is saved yet
  const int segments = *rc::gen::inRange(1, 20);
  const Seconds segment(10.0 * *rc::gen::inRange(1, 100));
  without.interval = segments * segment;
  // A longer write would make the interval grow, by steps or by segments.
  CheckpointCosts& store = without.phases.front().checkpoint;
  store.write = std::min(store.write, without.interval);
  CampaignInputs with = without;
  FasterTier tier = drawn_tier();
  tier.costs = {.restore = store.restore};
  with.phases.front().faster = {tier};
  with.faster_intervals = {segment};
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const double lost = usage_of(with, seed).job_time(NodeState::kTrainingLost).si();
  const double lost_without = usage_of(without, seed).job_time(NodeState::kTrainingLost).si();
  RC_ASSERT(lost <= lost_without + 1e-3);
}

RC_GTEST_PROP(FailedWrites, NeverLoseLess, ()) {
  CampaignInputs sound = drawn_run();
  sound.phases.front().reads_weights = true;  // every recovery takes as long
  CampaignInputs failing = sound;
  failing.phases.front().checkpoint.write_failure = *rc::gen::element(0.05, 0.3, 0.8);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const double lost = usage_of(failing, seed).job_time(NodeState::kTrainingLost).si();
  RC_ASSERT(lost >= usage_of(sound, seed).job_time(NodeState::kTrainingLost).si() - 1e-3);
}

RC_GTEST_PROP(Saving, MoreOftenTakesLongerWhereNothingFails, ()) {
  CampaignInputs seldom = with_tiers(drawn_run());
  seldom.failures = FailureProfile();
  seldom.duration.reset();
  seldom.phases.front().runs.front().steps = *rc::gen::inRange<std::int64_t>(1, 20'000);
  // Whole multiples, so that the seldom checkpoints are some of the frequent ones.
  std::vector<Seconds> intervals = seldom.faster_intervals;
  Seconds interval(10);
  for (Seconds& tier : seldom.faster_intervals) tier = interval *= *rc::gen::inRange(1, 8);
  seldom.interval = interval *= *rc::gen::inRange(1, 8);
  for (FasterTier& tier : seldom.phases.front().faster) {
    tier.costs.write = std::min(tier.costs.write, Seconds(5));
  }
  seldom.phases.front().checkpoint.write = Seconds(*rc::gen::inRange(0, 5));
  CampaignInputs often = seldom;
  const int factor = *rc::gen::inRange(1, 4);
  for (Seconds& tier : seldom.faster_intervals) tier *= factor;
  seldom.interval *= factor;
  RC_ASSERT(usage_of(often, 1).job_time() >= usage_of(seldom, 1).job_time() - Seconds(1e-3));
}

// Blocking copies every t1, a tenth of the failures go back to the store: first order in C / M,
// with a term of second order for failures that hit what repeats.
TEST(TwoLevel, WasteAgreesWithTheFormula) {
  const TwoLevelRun run{.fast_cost = Seconds(2),
                        .store_cost = Seconds(30),
                        .mean_life = 20.0 * kHour,
                        .lost = 0.1,
                        .fast_recovery = kMinute,
                        .store_recovery = 4.0 * kMinute};
  const TwoLevelIntervals intervals = two_level_intervals(run);
  CampaignInputs inputs;
  CampaignPhase phase = steady_phase(
      Seconds(1), 1'000'000'000,
      {.mode = CheckpointMode::kBlocking, .write = run.store_cost, .restore = 3.0 * kMinute});
  phase.faster = {{.medium = CheckpointMedium::kHostMemory,
                   .copies = 1,
                   .costs = {.mode = CheckpointMode::kBlocking, .write = run.fast_cost}}};
  inputs.phases = {phase};
  inputs.nodes = 10;
  inputs.fleet.spares = 10;
  inputs.duration = 2000.0 * kHour;
  inputs.interval = intervals.store;
  inputs.faster_intervals = {intervals.fast};
  inputs.failures.node_life.value = 10.0 * run.mean_life;
  inputs.failures.causes = fixtures::nine_crashes_to_a_loss();
  inputs.recovery.crash_detection.value = Seconds(0);
  inputs.recovery.swap.value = Seconds(0);
  inputs.recovery.restart.value = kMinute;
  double sum = 0;
  double squares = 0;
  constexpr int kReplicas = 200;
  for (std::uint32_t replica = 0; replica < kReplicas; ++replica) {
    UsageTotals usage;
    run_campaign(inputs, {.seed = 1, .replica = replica}, usage);
    const double waste = 1.0 / usage.ettr() - 1.0;
    sum += waste;
    squares += waste * waste;
  }
  const double mean = sum / kReplicas;
  const double error = std::sqrt((squares / kReplicas - mean * mean) / kReplicas);
  const double expected = two_level_waste(run, intervals);
  EXPECT_NEAR(mean, expected, 0.03 * expected + 4 * error);
  EXPECT_LT(error, 0.01 * expected);
}

}  // namespace
}  // namespace sextant
