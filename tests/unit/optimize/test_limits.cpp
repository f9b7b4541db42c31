#include "src/optimize/limits.h"

#include <gtest/gtest.h>

namespace sextant::optimize {
namespace {

plan::Forecast forecast_of(std::vector<double> days, std::int64_t unfinished = 0) {
  plan::Forecast forecast;
  forecast.replicas = static_cast<std::int64_t>(days.size());
  forecast.finished = forecast.replicas - unfinished;
  forecast.samples.cost_usd.emplace();
  for (const double day : days) {
    forecast.samples.wall_time_s.add(day * kDay.si());
    forecast.samples.cost_usd->add(1000 * day);
  }
  return forecast;
}

TEST(Limits, NoneAreKeptByAll) { EXPECT_TRUE(standing_of({}, forecast_of({1, 2}), 1000).kept()); }

TEST(Limits, ADeadlineIsKeptByEnoughReplicas) {
  Limits limits;
  limits.deadline = 4.5 * kDay;
  limits.probability = 0.8;
  const Standing kept = standing_of(limits, forecast_of({1, 2, 3, 4, 5}), 1);
  EXPECT_DOUBLE_EQ(*kept.in_time, 0.8);
  EXPECT_TRUE(kept.kept());
  limits.probability = 0.9;
  const Standing missed = standing_of(limits, forecast_of({1, 2, 3, 4, 5}), 1);
  EXPECT_NEAR(missed.miss_deadline, 4.6 / 4.5 - 1, 1e-12);  // the 90 % quantile is 4.6
  EXPECT_EQ(missed.miss(), missed.miss_deadline);
}

TEST(Limits, RunsThatNeverFinishKeepNoDeadline) {
  Limits limits;
  limits.deadline = 10 * kDay;
  limits.probability = 0.5;
  EXPECT_DOUBLE_EQ(*standing_of(limits, forecast_of({1, 2, 3, 4}, 3), 1).in_time, 0.25);
  EXPECT_FALSE(standing_of(limits, forecast_of({1, 2, 3, 4}, 3), 1).kept());
}

TEST(Limits, BudgetAndNodes) {
  Limits limits;
  limits.budget = Usd(2500);
  limits.probability = 0.5;
  limits.nodes = 10;
  EXPECT_TRUE(standing_of(limits, forecast_of({1, 2, 3, 4}), 10).kept());
  EXPECT_DOUBLE_EQ(standing_of(limits, forecast_of({1, 2, 3, 4}), 12).miss_nodes, 0.2);
  limits.budget = Usd(500);
  EXPECT_GT(standing_of(limits, forecast_of({1, 2, 3, 4}), 10).miss_budget, 0);
}

}  // namespace
}  // namespace sextant::optimize
