#include "src/plan/purchase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Purchase, SaysHowOftenSpotIsTakenBack) {
  scenario::Scenario scenario = scenario_of("purchase/spot.json");
  EXPECT_THAT(make_plan(scenario).notes, Contains(HasSubstr("these are assumptions")));
  scenario.fleet.spot = SpotReclaims{};
  scenario.fleet.spot->node_life.value = 3.0 * kDay;
  const PlanResult plan = make_plan(scenario);
  EXPECT_THAT(plan.notes, Contains(HasSubstr("once in 3 d in the mean, with 2 min of notice")));
  EXPECT_EQ(plan.forecast.interruptions.by_cause.back().first, "reclaimed");
  EXPECT_GT(plan.forecast.interruptions.by_cause.back().second.mean, 1);
}

TEST(Purchase, ARunGoesOnInTheNextBlockAfterAGap) {
  scenario::Scenario scenario = scenario_of("purchase/capacity_block.json");
  const PlanResult whole = make_plan(scenario);
  scenario.purchase.days = 5;
  scenario.purchase.gap = 2.0 * kDay;
  const PlanResult waiting = make_plan(scenario);
  ASSERT_TRUE(waiting.forecast.terms);
  EXPECT_GE(waiting.forecast.terms->p50, 2);
  EXPECT_GT(waiting.forecast.wall_time_s.p50, whole.forecast.wall_time_s.p50 + 2 * 86'400);
  const auto& goodput = waiting.forecast.goodput_s;
  const auto released = std::find_if(goodput.begin(), goodput.end(),
                                     [](const auto& state) { return state.first == "released"; });
  EXPECT_NEAR(released->second.p50, (waiting.forecast.terms->p50 - 1) * (48.5 * 3600), 1);
}

TEST(Purchase, AWarmPoolStartsTheNextJobSooner) {
  scenario::Scenario scenario = scenario_of("purchase/training_job.json");
  const PlanResult cold = make_plan(scenario);
  scenario.platform.training_job = scenario.platform.job_rules();
  scenario.platform.training_job->warm_pool = WarmPool{};
  const PlanResult warm = make_plan(scenario);
  EXPECT_LT(warm.forecast.wall_time_s.p50, cold.forecast.wall_time_s.p50);
  EXPECT_GT(warm.forecast.terms->p50, 1);
  const auto& bill = warm.forecast.ledger;
  EXPECT_TRUE(std::any_of(bill.begin(), bill.end(),
                          [](const LedgerItem& line) { return line.item == "nodes, warm pool"; }));
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
