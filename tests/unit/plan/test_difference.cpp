#include "src/plan/difference.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant::plan {
namespace {

/// Twelve days on 64 nodes, about twelve failures, everything uncertain.
ForecastInputs run_with_restarts_of(Seconds restart) {
  ForecastInputs inputs;
  CampaignInputs& run = inputs.campaign;
  run.nodes = 64;
  run.step_log_spread = 0.05;
  run.phases = {steady_phase(Seconds(10), 100'000, {.write = kMinute, .restore = kMinute})};
  run.interval = 30.0 * kMinute;
  run.failures.node_life.value = 64.0 * kDay;
  run.failures.rate_spread_shape = Coefficient<double>{2.0, "", "", Method::kAssumed, {}};
  run.recovery.restart.value = restart;
  run.fleet.spares = 2;
  inputs.tariff = Tariff{.node = UsdPerSecond(55.04 / 3600)};
  inputs.replicas = 200;
  inputs.seed = 1;
  return inputs;
}

double half_width(const Interval& interval) { return 0.5 * (interval.high - interval.low); }

TEST(Difference, OfARunFromItselfIsNothing) {
  const Forecast run = forecast(run_with_restarts_of(5.0 * kMinute));
  const ForecastDifference none = difference(run, run);
  EXPECT_EQ(none.pairs, 200);
  for (const PairedDifference& d :
       {none.wall_time_s, *none.cost_usd, none.ettr, none.interruptions}) {
    EXPECT_EQ(d.value.p10, 0.0);
    EXPECT_EQ(d.value.p90, 0.0);
    EXPECT_EQ(d.value.ci95.low, 0.0);
    EXPECT_EQ(d.value.ci95.high, 0.0);
    EXPECT_TRUE(d.certain());
  }
  EXPECT_FALSE(none.energy_j.has_value());
}

TEST(Difference, ShowsASmallChangeThatTheForecastsDoNot) {
  const Forecast slow = forecast(run_with_restarts_of(5.0 * kMinute));
  const Forecast fast = forecast(run_with_restarts_of(4.0 * kMinute));
  const PairedDifference saved = difference(slow, fast).wall_time_s;
  // A minute for each failure, and one at the start.
  EXPECT_NEAR(saved.value.mean, 60 * (1 + slow.interruptions.total.mean),
              3 * half_width(saved.value.ci95));
  EXPECT_TRUE(saved.certain());
  EXPECT_GT(saved.value.ci95.low, 0);
  const double unpaired =
      std::hypot(half_width(slow.wall_time_s.ci95), half_width(fast.wall_time_s.ci95));
  EXPECT_LT(half_width(saved.value.ci95), unpaired / 20);
  EXPECT_GT(unpaired, saved.value.mean);  // without pairs nobody could tell
}

TEST(Difference, ChangesItsSignWithTheOrder) {
  const Forecast slow = forecast(run_with_restarts_of(5.0 * kMinute));
  const Forecast fast = forecast(run_with_restarts_of(4.0 * kMinute));
  EXPECT_EQ(difference(slow, fast).cost_usd->value.mean,
            -difference(fast, slow).cost_usd->value.mean);
}

TEST(Difference, PairsAsManyAsBothHave) {
  const Sample two({1.0, 4.0});
  const Sample three({1.0, 2.0, 100.0});
  const PairedDifference d = paired_difference(two, three);
  EXPECT_EQ(d.value.mean, 1.0);
  EXPECT_FALSE(d.certain());  // 0 and 2
}

}  // namespace
}  // namespace sextant::plan
