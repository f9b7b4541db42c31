#include "src/plan/purchase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/plan/infeasible.h"
#include "src/plan/plan.h"
#include "src/scenario/read_scenario.h"

namespace sextant::plan {
namespace {

using testing::Contains;
using testing::HasSubstr;

scenario::Scenario scenario_of(const std::string& file) {
  const std::string data = SEXTANT_SOURCE_DIR "/tests/data/";
  catalog::Catalogue catalogue(data + "models");
  return scenario::read_scenario(data + file, catalogue);
}

/// What the lines whose name begins so sum to.
double usd(const Forecast& forecast, const std::string& begin) {
  double sum = 0;
  for (const LedgerItem& line : forecast.ledger) {
    if (line.item.starts_with(begin)) sum += line.usd;
  }
  return sum;
}

// Four nodes and a spare for 14 days at 8.50 USD/h, whatever the run makes of them.
TEST(Purchase, ABookingCostsWhatWasBooked) {
  const PlanResult result = make_plan(scenario_of("good/bought.json"));
  const Forecast& forecast = result.forecast;
  EXPECT_NEAR(usd(forecast, "nodes, ") + usd(forecast, "booked, "), 5 * 14 * 24 * 8.5, 1e-6);
  double sum = 0;
  for (const LedgerItem& line : forecast.ledger) {
    EXPECT_NEAR(line.usd, line.quantity * line.unit_price_usd, 1e-9 * (1 + line.usd)) << line.item;
    sum += line.usd;
  }
  EXPECT_NEAR(sum, forecast.cost_usd->mean, 1e-9 * sum);
}

// SageMaker asks 15 % more for the same nodes, and runs the profiler beside them.
TEST(Purchase, TheSameRunUnderSageMakerHasThePremium) {
  scenario::Scenario scenario = scenario_of("purchase/training_job.json");
  const Forecast managed = make_plan(scenario).forecast;
  EXPECT_NEAR(usd(managed, "SageMaker premium"), 0.15 * usd(managed, "nodes, "), 1e-6);
  EXPECT_NEAR(usd(managed, "profiler"), managed.wall_time_s.mean / 3600 * 0.46, 1e-6);
  scenario.platform = {};
  const Forecast own = make_plan(scenario).forecast;
  EXPECT_EQ(usd(own, "SageMaker premium"), 0);
  EXPECT_LT(own.wall_time_s.mean, managed.wall_time_s.mean);  // without the starts of a chain
}

TEST(Purchase, TheCheapestWayToBuyIsNotTheBooking) {
  const double spot = make_plan(scenario_of("purchase/spot.json")).forecast.cost_usd->p50;
  const double block =
      make_plan(scenario_of("purchase/capacity_block.json")).forecast.cost_usd->p50;
  const double shared =
      make_plan(scenario_of("purchase/savings_plan_shared.json")).forecast.cost_usd->p50;
  const double alone = make_plan(scenario_of("purchase/savings_plan.json")).forecast.cost_usd->p50;
  EXPECT_LT(spot, shared);
  EXPECT_LT(shared, block);
  EXPECT_LT(block, alone);  // a year of which the run uses ten days
}

TEST(Purchase, SaysWhatAReaderMustKnow) {
  EXPECT_THAT(make_plan(scenario_of("purchase/spot.json")).notes,
              Contains(HasSubstr("this forecast is without it")));
  scenario::Scenario scenario = scenario_of("purchase/spot.json");
  FailureCause reclaim;
  reclaim.name = "spot reclaim";
  reclaim.weight.value = 1;
  scenario.failures.value.causes.push_back(reclaim);
  EXPECT_THAT(make_plan(scenario).notes,
              Contains(HasSubstr("reclaimed machines are among the failures")));
}

TEST(Purchase, BlocksComeInPowersOfTwo) {
  scenario::Scenario scenario = scenario_of("purchase/capacity_block.json");
  scenario.fleet.spares = 200;
  EXPECT_THAT(make_plan(scenario).notes, Contains(HasSubstr("(3 x 64 + 8 + 4 instances)")));
}

TEST(Purchase, AQuotaRaisesWhatIsBookable) {
  scenario::Scenario scenario = scenario_of("infeasible/blocks_too_many.json");
  EXPECT_THROW(require_purchase(scenario), InfeasiblePlan);
  scenario.purchase.quota = BookingQuota{.instances_per_booking = {}, .instances = 520};
  EXPECT_NO_THROW(require_purchase(scenario));
}

TEST(Purchase, AllObstaclesAreTold) {
  scenario::Scenario scenario = scenario_of("infeasible/blocks_too_many.json");
  scenario.purchase.days = 17;
  try {
    require_purchase(scenario);
    FAIL() << "expected an infeasible plan";
  } catch (const InfeasiblePlan& infeasible) {
    EXPECT_EQ(infeasible.obstacles().size(), 2u);
    for (const Obstacle& obstacle : infeasible.obstacles()) {
      EXPECT_FALSE(obstacle.remedies.empty()) << obstacle.reason;
    }
  }
}

}  // namespace
}  // namespace sextant::plan
