#include "src/plan/checkpoint_interval.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sextant/campaign/interval.h"

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
