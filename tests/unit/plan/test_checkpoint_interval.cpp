#include "src/plan/checkpoint_interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <variant>
#include <vector>

#include "sextant/campaign/interval.h"
#include "src/plan/interval_search.h"
#include "tests/support/campaign_fixtures.h"

namespace sextant::plan {
namespace {

/// 500 h of work under exponential failures of the whole job: Daly 2006.
CampaignInputs daly_run(Seconds life) {
  CampaignInputs inputs;
  inputs.phases = {steady_phase(Seconds(1), 500 * 3600,
                                {.mode = CheckpointMode::kBlocking, .write = 5.0 * kMinute})};
  inputs.failures.job_life = Coefficient<Seconds>{life, "", "", Method::kAssumed, {}};
  inputs.recovery.crash_detection.value = Seconds(0);
  inputs.recovery.restart.value = 10.0 * kMinute;
  return inputs;
}

TEST(ChooseInterval, OptimumIsAsGoodAsTheBestThereIs) {
  for (const Seconds life : {24.0 * kHour, 6.0 * kHour, 15.0 * kMinute}) {
    const IntervalChoice choice = choose_interval(IntervalRule::kOptimal, daly_run(life), 1);
    EXPECT_EQ(choice.chosen_by, "optimal");
    EXPECT_NEAR(choice.interval / choice.daly, 1.0, 0.15) << life.si();
    const auto wall = [&](Seconds interval) {
      return renewal_wall_time({interval, 5.0 * kMinute, 10.0 * kMinute, life}, kHour).si();
    };
    EXPECT_LT(wall(choice.interval), 1.005 * wall(choice.daly)) << life.si();
  }
}

TEST(ChooseInterval, FindsTheOptimumFarFromTheFormula) {
  // Training waits for the write behind: no interval below it.
  CampaignInputs inputs = daly_run(2.0 * kHour);
  inputs.phases.front().runs.front().steps = 100 * 3600;
  inputs.phases.front().checkpoint = {.mode = CheckpointMode::kAsynchronous,
                                      .stall = Seconds(0.1),
                                      .write = 20.0 * kMinute,
                                      .slowdown = 0.001};
  const IntervalChoice choice = choose_interval(IntervalRule::kOptimal, inputs, 1);
  EXPECT_LT(choice.daly.si(), 4 * 60);
  EXPECT_GE(choice.interval.si(), 20 * 60 / 1.001 - 1);
  EXPECT_LT(choice.interval.si(), 30 * 60);
}

// Llama 3's fleet: 18 steps of 6.5 s, as the formula says, whatever the seed and the uncertainties.
TEST(ChooseInterval, DoesNotDependOnTheLuckOfAFewReplicas) {
  CampaignInputs inputs;
  inputs.nodes = 2048;
  inputs.step_log_spread = 0.07;
  inputs.phases = {steady_phase(Seconds(6.5), 700'000,
                                {.mode = CheckpointMode::kAsynchronous,
                                 .stall = Seconds(0.07),
                                 .write = Seconds(28),
                                 .slowdown = 0.02,
                                 .restore = Seconds(28)})};
  inputs.failures.node_life.value = 264.0 * kDay;
  inputs.failures.rate_spread_shape = Coefficient<double>{2.1, "", "", Method::kFitted, {}};
  inputs.fleet.spares = 64;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const IntervalChoice choice = choose_interval(IntervalRule::kOptimal, inputs, seed);
    EXPECT_NEAR(choice.interval.si(), choice.daly.si(), 6.5) << seed;
  }
}

// The simulated wall time at Daly's interval is that of the best interval there is, to 0.5 %.
TEST(ChooseInterval, DalysIntervalIsAsGoodAsTheBestThatIsFound) {
  for (const Seconds life : {24.0 * kHour, 6.0 * kHour, 15.0 * kMinute}) {
    const CampaignInputs inputs = daly_run(life);
    const IntervalChoice best = choose_interval(IntervalRule::kOptimal, inputs, 1);
    const IntervalSearch search(inputs, 1, {});
    const std::vector<double> costs =
        search.costs({{best.interval.si()}, {best.daly.si()}});  // steps of 1 s
    EXPECT_NEAR(costs[1] / costs[0], 1.0, 0.005) << life.si();
  }
}

TEST(ChooseInterval, SaysWhatItCostsToBeOff) {
  const Seconds life = 6.0 * kHour;
  const IntervalChoice choice = choose_interval(IntervalRule::kDaly, daly_run(life), 1);
  const auto wall = [&](double factor) {
    const RenewalRun run{factor * choice.interval, 5.0 * kMinute, 10.0 * kMinute, life};
    return renewal_wall_time(run, kHour) / kHour;
  };
  ASSERT_TRUE(choice.off_by_two);
  EXPECT_NEAR(choice.off_by_two->half_as_often, wall(2) / wall(1) - 1, 0.006);
  EXPECT_NEAR(choice.off_by_two->twice_as_often, wall(0.5) / wall(1) - 1, 0.006);
  EXPECT_GT(choice.off_by_two->half_as_often, 0.03);
  EXPECT_GT(choice.off_by_two->twice_as_often, 0.03);
}

/// 10 nodes, of which one failure in ten takes one; a copy in their memory takes 2 s, the store 30.
CampaignInputs two_tier_run() {
  CampaignInputs inputs;
  CampaignPhase phase =
      steady_phase(Seconds(1), 2000 * 3600,
                   {.mode = CheckpointMode::kBlocking, .write = Seconds(30), .restore = kMinute});
  phase.faster = {{.medium = CheckpointMedium::kHostMemory,
                   .copies = 1,
                   .costs = {.mode = CheckpointMode::kBlocking, .write = Seconds(2)}}};
  inputs.phases = {phase};
  inputs.nodes = 10;
  inputs.fleet.spares = 10;
  inputs.failures.node_life.value = 50.0 * kHour;
  inputs.failures.causes = fixtures::nine_crashes_to_a_loss();
  return inputs;
}

CheckpointPlan asking(std::variant<IntervalRule, Seconds> fast,
                      std::variant<IntervalRule, Seconds> store) {
  CheckpointPlan plan;
  plan.interval = store;
  plan.faster.resize(1);
  plan.faster.front().interval = fast;
  return plan;
}

TEST(ChooseIntervals, OfTwoTiersAreAboutThoseOfTheTwoLevelFormula) {
  const CampaignInputs inputs = two_tier_run();
  const IntervalChoice choice =
      choose_interval(asking(IntervalRule::kOptimal, IntervalRule::kOptimal), inputs, 1);
  ASSERT_EQ(choice.faster.size(), 1U);
  const TierInterval& fast = choice.faster.front();
  const TwoLevelIntervals formula = two_level_intervals(
      {.fast_cost = Seconds(2), .store_cost = Seconds(30), .mean_life = 5.0 * kHour, .lost = 0.1});
  EXPECT_NEAR(fast.young.si(), formula.fast.si(), 1e-6);
  EXPECT_NEAR(choice.young.si(), formula.store.si(), 1e-6);
  EXPECT_NEAR(fast.interval / formula.fast, 1.0, 0.3);
  EXPECT_NEAR(choice.interval / formula.store, 1.0, 0.3);
  // Whole segments of the fast tier.
  const double segments = choice.interval / fast.interval;
  EXPECT_NEAR(segments, std::round(segments), 1e-9);
  const IntervalSearch search(inputs, 1, {});
  const std::vector<double> costs = search.costs(
      {{fast.interval.si(), choice.interval.si()}, {formula.fast.si(), formula.store.si()}});
  EXPECT_LT(costs[0], 1.001 * costs[1]);
  EXPECT_LT(costs[1], 1.005 * costs[0]);
}

TEST(ChooseIntervals, SearchesOnlyWhatIsAskedFor) {
  const IntervalChoice choice =
      choose_interval(asking(Seconds(500), IntervalRule::kYoung), two_tier_run(), 1);
  EXPECT_EQ(choice.faster.front().interval.si(), 500);
  EXPECT_EQ(choice.faster.front().chosen_by, "given");
  EXPECT_EQ(choice.chosen_by, "young");
  EXPECT_EQ(choice.interval.si(), choice.young.si());
  EXPECT_EQ(choice.faster_intervals().size(), 1U);
  ASSERT_TRUE(choice.off_by_two && choice.faster.front().off_by_two);
}

TEST(ChooseIntervals, GoBackToTheStoreOnlyWhereThePeersAreLost) {
  CampaignInputs inputs = two_tier_run();
  inputs.phases.front().faster.front().medium = CheckpointMedium::kPeerMemory;
  inputs.phases.front().faster.front().copies = 2;
  const IntervalChoice choice =
      choose_interval(asking(IntervalRule::kDaly, IntervalRule::kDaly), inputs, 1);
  EXPECT_EQ(choice.interval, Seconds(2000 * 3600));
}

TEST(ChooseInterval, IsTheSameAtAnyNumberOfThreads) {
  const CampaignInputs inputs = daly_run(6.0 * kHour);
  const auto interval = [&](int threads) {
    return choose_interval(IntervalRule::kOptimal, inputs, 5, {.threads = threads}).interval.si();
  };
  EXPECT_EQ(interval(1), interval(2));
}

TEST(ChooseInterval, TakesWhatIsGiven) {
  const CampaignInputs inputs = daly_run(6.0 * kHour);
  const IntervalChoice given = choose_interval(Seconds(1234), inputs, 1);
  EXPECT_EQ(given.interval.si(), 1234);
  EXPECT_EQ(given.chosen_by, "given");
  EXPECT_NEAR(given.daly / kMinute, 57, 1);
  EXPECT_EQ(choose_interval(IntervalRule::kDaly, inputs, 1).interval.si(), given.daly.si());
  EXPECT_EQ(choose_interval(IntervalRule::kYoung, inputs, 1).interval.si(), given.young.si());
}

TEST(ChooseInterval, OfARunThatNeverFailsIsItsWork) {
  CampaignInputs inputs = daly_run(kHour);
  inputs.failures = FailureProfile();
  const IntervalChoice choice = choose_interval(IntervalRule::kOptimal, inputs, 1);
  EXPECT_EQ(choice.interval.si(), 500 * 3600);
  EXPECT_EQ(choice.daly.si(), 500 * 3600);
  EXPECT_TRUE(std::isinf(mean_time_to_interruption(inputs).si()));
}

TEST(MeanTimeToInterruption, AddsTheRates) {
  CampaignInputs inputs = daly_run(10.0 * kHour);
  inputs.nodes = 2048;
  inputs.failures.node_life.value = 264.0 * kDay;
  EXPECT_NEAR(mean_time_to_interruption(inputs) / kHour, 1 / (2048 / (264 * 24.0) + 0.1), 1e-9);
}

}  // namespace
}  // namespace sextant::plan
