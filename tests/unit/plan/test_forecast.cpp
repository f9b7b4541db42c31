#include "src/plan/forecast.h"

#include <gtest/gtest.h>

namespace sextant::plan {
namespace {

/// Twelve days on 64 nodes, about twelve failures, everything uncertain.
ForecastInputs small_forecast() {
  ForecastInputs inputs;
  CampaignInputs& run = inputs.campaign;
  run.nodes = 64;
  run.step_log_spread = 0.05;
  run.phases = {steady_phase(Seconds(10), 100'000,
                             {.mode = CheckpointMode::kAsynchronous,
                              .stall = Seconds(2),
                              .write = kMinute,
                              .slowdown = 0.02,
                              .restore = kMinute})};
  run.interval = 30.0 * kMinute;
  run.failures.node_life.value = 64.0 * kDay;
  run.failures.rate_spread_shape = Coefficient<double>{2.0, "", "", Method::kAssumed, {}};
  run.fleet.spares = 2;
  inputs.tariff = Tariff{.node = UsdPerSecond(55.04 / 3600)};
  PowerCurve power;
  power.idle.value = Watts(1500);
  power.half.value = Watts(4000);
  power.full.value = Watts(8000);
  inputs.power = power;
  Region region;
  region.name = "here";
  region.pue.value = 1.15;
  GridFactor factor;
  factor.set = "test";
  factor.intensity.value = GramsCo2ePerJoule(400 / 3.6e6);
  region.location_based = {factor};
  region.market_based = Coefficient<GramsCo2ePerJoule>{};
  inputs.region = region;
  inputs.replicas = 200;
  inputs.seed = 1;
  return inputs;
}

TEST(Forecast, IsTheSameAtAnyNumberOfThreads) {
  const Forecast one = forecast(small_forecast(), {.threads = 1});
  const Forecast two = forecast(small_forecast(), {.threads = 2});
  EXPECT_EQ(one.digest, two.digest);
  EXPECT_EQ(one.wall_time_s.mean, two.wall_time_s.mean);
  EXPECT_EQ(one.co2e_kg->location.p90, two.co2e_kg->location.p90);
  EXPECT_EQ(one.width.chance, two.width.chance);
}

TEST(Forecast, AnotherSeedIsAnotherForecast) {
  ForecastInputs inputs = small_forecast();
  const Forecast before = forecast(inputs);
  inputs.seed = 2;
  const Forecast after = forecast(inputs);
  EXPECT_NE(before.digest, after.digest);
  // Both means are within each other's error, four times over.
  const double error = before.wall_time_s.ci95.high - before.wall_time_s.mean;
  EXPECT_NEAR(before.wall_time_s.mean, after.wall_time_s.mean, 3 * error);
}

TEST(Forecast, OrdersItsQuantiles) {
  const Forecast result = forecast(small_forecast());
  for (const Summary& e : {result.wall_time_s, *result.cost_usd, *result.energy_j, result.ettr,
                           result.interruptions.total, result.lost_work_s}) {
    EXPECT_LT(e.p10, e.p50);
    EXPECT_LT(e.p50, e.p90);
    EXPECT_LT(e.ci95.low, e.mean);
    EXPECT_GT(e.ci95.high, e.mean);
  }
}

TEST(Forecast, PartsSumToTheirWholes) {
  const Forecast result = forecast(small_forecast());
  double seconds = 0;
  for (const auto& [bucket, time] : result.goodput_s) seconds += time.mean;
  EXPECT_NEAR(seconds, result.wall_time_s.mean, 1e-6 * seconds);
  double stops = 0;
  for (const auto& [cause, count] : result.interruptions.by_cause) stops += count.mean;
  EXPECT_NEAR(stops, result.interruptions.total.mean, 1e-9 * stops);
  double usd = 0;
  for (const LedgerItem& item : result.ledger) usd += item.usd;
  EXPECT_NEAR(usd, result.cost_usd->mean, 1e-9 * usd);
  EXPECT_NEAR(usd, 66 * result.wall_time_s.mean * 55.04 / 3600, 1e-6 * usd);
  EXPECT_EQ(result.finished, 200);
}

TEST(Forecast, EmissionsFollowFromEnergy) {
  const Forecast result = forecast(small_forecast());
  EXPECT_NEAR(result.co2e_kg->location.mean, result.energy_j->mean / 3.6e6 * 0.4,
              1e-9 * result.co2e_kg->location.mean);
  EXPECT_EQ(result.co2e_kg->market.mean, 0.0);
}

TEST(Forecast, EnergyByStateSumsToTheEnergy) {
  ForecastInputs inputs = small_forecast();
  inputs.region->wue = Coefficient<double>{0.5, "", "", Method::kAssumed, {}};
  const Forecast result = forecast(inputs);
  double joules = 0;
  for (const auto& [state, energy] : result.energy_by_state_j) joules += energy.mean;
  EXPECT_NEAR(joules, result.energy_j->mean, 1e-9 * joules);
  EXPECT_NEAR(result.water_l->mean, joules / 1.15 / 3.6e6 * 0.5, 1e-6 * result.water_l->mean);
}

TEST(Forecast, BooksForTheP90) {
  ForecastInputs inputs = small_forecast();
  inputs.booking = BookingPlan{capacity_block_rules(), std::nullopt};
  const Forecast result = forecast(inputs);
  ASSERT_TRUE(result.booked);
  EXPECT_EQ(result.booked->days,
            shortest_booking(capacity_block_rules(), Seconds(result.wall_time_s.p90)));
  EXPECT_LE(result.booked->overrun, 0.1);
  EXPECT_NEAR(result.cost_usd->p50, 66 * result.booked->days * 24 * 55.04, 1e-6);
  EXPECT_NEAR(result.cost_usd->p10, result.cost_usd->p50, 1e-6);  // whatever happens
}

TEST(Forecast, AChainOfJobsStartsEachOfThem) {
  ForecastInputs inputs = small_forecast();
  inputs.campaign.failures = FailureProfile();
  inputs.campaign.step_log_spread = 0;
  const Forecast one = forecast(inputs);
  inputs.campaign.term = RentalTerm{.length = 5.0 * kDay,
                                    .gap = Seconds(0),
                                    .start = 10.0 * kMinute,
                                    .next_start = 4.0 * kMinute};
  const Forecast chain = forecast(inputs);
  EXPECT_GE(chain.terms->p10, 3);
  const double later = chain.terms->mean - 1;
  const CheckpointCosts& checkpoint = inputs.campaign.phases.front().checkpoint;
  const double added =
      600 + later * (240 + inputs.campaign.recovery.restart.value.si() + checkpoint.restore.si());
  // Each job ends with a checkpoint that is waited for.
  EXPECT_NEAR(chain.wall_time_s.mean - one.wall_time_s.mean, added, later * 600);
  EXPECT_GT(chain.wall_time_s.mean - one.wall_time_s.mean, added);
  double usd = 0;
  for (const LedgerItem& item : chain.ledger) usd += item.usd;
  EXPECT_NEAR(usd, 66 * chain.wall_time_s.mean * 55.04 / 3600, 1e-6 * usd);
}

TEST(Forecast, LeavesOutWhatItHasNoInputsFor) {
  ForecastInputs inputs = small_forecast();
  inputs.replicas = 3;
  inputs.tariff.reset();
  inputs.power.reset();
  const Forecast result = forecast(inputs);
  EXPECT_FALSE(result.cost_usd);
  EXPECT_FALSE(result.energy_j);
  EXPECT_FALSE(result.co2e_kg);
  EXPECT_TRUE(result.ledger.empty());
}

TEST(Forecast, StopsSoonWhereNoRunFinishes) {
  ForecastInputs inputs = small_forecast();
  inputs.campaign.failures.node_life.value = kHour;  // one failure a minute
  inputs.campaign.failures.rate_spread_shape.reset();
  const Forecast result = forecast(inputs);
  EXPECT_EQ(result.finished, 0);
  EXPECT_EQ(result.replicas, 16);
  EXPECT_EQ(result.gave_up + result.no_progress, 16);
}

TEST(Forecast, ReportsProgressOfAllReplicas) {
  ForecastInputs inputs = small_forecast();
  std::int64_t last = 0;
  forecast(inputs, {.threads = 1, .progress = [&](std::int64_t done) { last = done; }});
  EXPECT_EQ(last, 200);
}

TEST(Forecast, AttributesItsWidth) {
  ForecastInputs inputs = small_forecast();
  EXPECT_GT(forecast(inputs).width.step_time, 0.8);  // 5 % against some per mille
  inputs.campaign.step_log_spread = 0;
  const WidthShares shares = forecast(inputs).width;
  EXPECT_EQ(shares.step_time, 0.0);
  EXPECT_GT(shares.failure_rate, 0.3);
  EXPECT_GT(shares.chance, 0.1);
}

}  // namespace
}  // namespace sextant::plan
