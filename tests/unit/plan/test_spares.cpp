#include "src/plan/spares.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/poisson.hpp>
#include <cmath>

namespace sextant::plan {
namespace {

/// 256 nodes for 30 days; what fails is replaced, and repaired in a day.
ForecastInputs replacing_run() {
  ForecastInputs inputs;
  CampaignInputs& run = inputs.campaign;
  run.nodes = 256;
  run.phases = {steady_phase(Seconds(10), 259'200, {})};
  run.interval = kHour;
  run.failures.node_life.value = 64.0 * kDay;
  run.recovery.crash_detection.value = Seconds(0);
  run.recovery.swap.value = Seconds(0);
  run.recovery.restart.value = Seconds(1);
  run.recovery.repair.law = RepairLaw::kExponential;
  run.recovery.repair.mean.value = 1.0 * kDay;
  inputs.replicas = 300;
  inputs.seed = 1;
  return inputs;
}

TEST(SparesFor, IsTheLeastNumberThatCoversTheShare) {
  const Sample peaks({3, 1, 2, 5, 4, 1, 1, 1, 1, 1});
  EXPECT_EQ(spares_for(peaks, 0.6), 1);
  EXPECT_EQ(spares_for(peaks, 0.61), 2);
  EXPECT_EQ(spares_for(peaks, 0.9), 4);
  EXPECT_EQ(spares_for(peaks, 0.95), 5);
}

TEST(SparesByFormula, IsGooglesRuleOfCubes) {
  // 130 of 144 cubes are there in 95 % of all moments: each is missing 6.5 % of its time.
  EXPECT_EQ(spares_by_formula(144, 0.065, 0.95), 14);
  EXPECT_EQ(spares_by_formula(144, 0.066, 0.95), 15);
  EXPECT_EQ(spares_by_formula(144, 0, 0.95), 0);
}

TEST(SparesByFormula, IsPoissonWhereFewOfManyAreMissing) {
  const boost::math::poisson_distribution<> poisson(4.0);
  const std::int64_t spares = spares_by_formula(100'000, 4.0 / 100'000, 0.95);
  EXPECT_GE(cdf(poisson, static_cast<double>(spares)), 0.95);
  EXPECT_LT(cdf(poisson, static_cast<double>(spares - 1)), 0.95);
}

TEST(MissingShare, IsOfTheNodesThatAreReplaced) {
  CampaignInputs run = replacing_run().campaign;
  EXPECT_NEAR(*missing_share(run), 1.0 / 65, 1e-12);
  FailureCause restarted{.name = "software", .weight = {3.0, "", "", Method::kAssumed, {}}};
  restarted.remedy = Remedy::kRestart;
  FailureCause replaced{.name = "gpu", .weight = {1.0, "", "", Method::kAssumed, {}}};
  run.failures.causes = {restarted, replaced};
  EXPECT_NEAR(*missing_share(run), 1.0 / (1 + 4 * 64), 1e-12);
  run.fleet.spot.emplace();
  EXPECT_FALSE(missing_share(run).has_value());
}

TEST(ChooseSpares, CoversMoreThanAMomentAndWhatItPromises) {
  ForecastInputs inputs = replacing_run();
  const int spares = choose_spares(inputs, 0.95, {});
  // The most of 30 days is more than what a moment asks for: Poisson of mean 4, 95 %: 8.
  EXPECT_GT(spares, 8);
  EXPECT_LT(spares, 20);
  inputs.campaign.fleet.spares = spares;
  const Sample peaks = forecast(inputs).samples.peak_missing;
  double waiting = 0;
  for (const double peak : peaks.numbers()) waiting += peak > spares;
  EXPECT_NEAR(waiting / 300, 0.05, 0.04);
}

TEST(SpareNeeds, LooksBeyondTheSparesThatAreRented) {
  ForecastInputs inputs = replacing_run();
  inputs.campaign.fleet.spares = 40;
  const SpareNeeds plenty = *spare_needs(inputs, forecast(inputs), {});
  EXPECT_LE(plenty.for_95, plenty.for_99);
  EXPECT_LT(plenty.for_99, 40);
  EXPECT_EQ(*plenty.formula_95, 7);  // binomial of 256 and 1/65
  inputs.campaign.fleet.spares = 3;
  const SpareNeeds few = *spare_needs(inputs, forecast(inputs), {});
  EXPECT_EQ(few.rented, 3);
  EXPECT_EQ(few.for_95, plenty.for_95);
}

TEST(SpareNeeds, AreNotToldWhereNothingFails) {
  ForecastInputs inputs = replacing_run();
  inputs.campaign.failures = {};
  inputs.replicas = 2;
  EXPECT_FALSE(spare_needs(inputs, forecast(inputs), {}).has_value());
}

}  // namespace
}  // namespace sextant::plan
