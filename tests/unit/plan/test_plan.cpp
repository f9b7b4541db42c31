#include "src/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sextant/training/step_model.h"
#include "src/io/diagnostics.h"
#include "src/plan/feasibility.h"
#include "src/scenario/read_scenario.h"

namespace sextant::plan {
namespace {

using testing::HasSubstr;

scenario::Scenario small() {
  const std::string data = SEXTANT_SOURCE_DIR "/tests/data/";
  catalog::Catalogue catalogue(data + "models");
  return scenario::read_scenario(data + "good/small.json", catalogue);
}

template <class Call>
std::string infeasible(const Call& call) {
  try {
    call();
  } catch (const InfeasiblePlan& plan) {
    return plan.what();
  }
  return "";
}

TEST(MakePlan, JoinsStepCampaignAndBill) {
  const scenario::Scenario scenario = small();
  const PlanResult result = make_plan(scenario);
  EXPECT_EQ(result.forecast.replicas, scenario.simulation.replicas);
  EXPECT_EQ(result.forecast.finished, scenario.simulation.replicas);
  const double steps = std::ceil(*scenario.training.tokens / result.step.tokens);
  EXPECT_EQ(static_cast<double>(result.campaign.steps()), steps);
  EXPECT_GT(result.forecast.wall_time_s.p50, 0.9 * steps * result.step.time.si());
  ASSERT_TRUE(result.forecast.cost_usd && result.forecast.energy_j && result.forecast.co2e_kg);
  // The mean bill is the mean cost.
  double bill = 0;
  for (const LedgerItem& item : result.forecast.ledger) bill += item.usd;
  EXPECT_NEAR(bill, result.forecast.cost_usd->mean, 1e-9 * bill);
}

TEST(MakePlan, IsTheSameAtAnyNumberOfThreads) {
  const PlanResult one = make_plan(small(), {.threads = 1});
  const PlanResult three = make_plan(small(), {.threads = 3});
  EXPECT_EQ(one.forecast.digest, three.forecast.digest);
  EXPECT_EQ(one.forecast.wall_time_s.mean, three.forecast.wall_time_s.mean);
  EXPECT_EQ(one.interval.interval, three.interval.interval);
}

TEST(MakePlan, BarePlanForecastsTheSame) {
  scenario::Scenario scenario = small();
  scenario.checkpoint.interval = IntervalRule::kOptimal;
  const PlanResult whole = make_plan(scenario);
  const PlanResult bare = make_bare_plan(scenario);
  EXPECT_EQ(bare.forecast.digest, whole.forecast.digest);
  EXPECT_EQ(bare.interval.interval, whole.interval.interval);
  EXPECT_EQ(bare.forecast.cost_usd->mean, whole.forecast.cost_usd->mean);
  EXPECT_FALSE(bare.interval.off_by_two);
}

TEST(MakePlan, DurationEndsTheRun) {
  scenario::Scenario scenario = small();
  scenario.training.tokens.reset();
  scenario.training.duration = 5.0 * kHour;
  const PlanResult result = make_plan(scenario);
  EXPECT_DOUBLE_EQ(result.forecast.wall_time_s.p10, 5.0 * 3600);
  EXPECT_DOUBLE_EQ(result.forecast.wall_time_s.p90, 5.0 * 3600);
}

TEST(MakePlan, WithoutRegionOrPricesTheyAreLeftOut) {
  scenario::Scenario scenario = small();
  scenario.prices.reset();
  scenario.cluster.region.reset();
  const PlanResult result = make_plan(scenario);
  EXPECT_FALSE(result.forecast.cost_usd || result.forecast.energy_j || result.forecast.co2e_kg);
  EXPECT_TRUE(result.forecast.ledger.empty());
}

TEST(MakePlan, NamesOnlyTheFiguresThatItUsed) {
  const PlanResult result = make_plan(small());
  int prices = 0;
  for (const io::Figure& figure : result.figures) {
    EXPECT_TRUE(figure.sourced) << figure.key;
    prices += figure.key.starts_with("price.");
  }
  EXPECT_EQ(prices, 1);
}

TEST(MakePlan, UncalibratedHardwareIsAnInputError) {
  scenario::Scenario scenario = small();
  scenario.calibration.value.accelerators.clear();
  EXPECT_THROW(make_plan(scenario), io::InputError);
}

TEST(Feasibility, MemoryIsItemisedAndEveryRemedyFits) {
  StepInputs inputs = step_inputs_of(small());
  inputs.node.accelerator.memory.value = Bytes(1.2 * 1073741824.0);
  try {
    require_memory(inputs, *small().calibration);
    FAIL();
  } catch (const InfeasiblePlan& plan) {
    EXPECT_THAT(plan.what(), HasSubstr("an accelerator has 1.2"));
    EXPECT_THAT(plan.what(), HasSubstr("activations"));
    EXPECT_THAT(plan.obstacles()[0].remedies, testing::Contains(HasSubstr("\"recompute\":")));
    ASSERT_TRUE(plan.obstacles()[0].memory);
    EXPECT_EQ(plan.obstacles()[0].memory->stages.size(), 2u);
    for (const std::string& remedy : plan.obstacles()[0].remedies) {
      EXPECT_LE(std::stod(remedy.substr(remedy.find('(') + 1)), 1.2) << remedy;
    }
  }
}

TEST(Feasibility, WhereOneChangeIsNotEnoughTwoMayBe) {
  StepInputs inputs = step_inputs_of(small());
  inputs.node.accelerator.memory.value = Bytes(0.7 * 1073741824.0);
  EXPECT_THAT(infeasible([&] { require_memory(inputs, *small().calibration); }),
              HasSubstr(" and "));
  inputs.node.accelerator.memory.value = Bytes(1e6);
  EXPECT_THAT(infeasible([&] { require_memory(inputs, *small().calibration); }),
              HasSubstr("a smaller model"));
}

TEST(Feasibility, LayoutThatDoesNotDivideNamesOneThatDoes) {
  StepInputs inputs = step_inputs_of(small());
  inputs.layout.data = 3;
  EXPECT_THAT(infeasible([&] { require_valid_layout(inputs); }),
              HasSubstr("no \"data\": it follows from the other degrees"));
}

TEST(Feasibility, RunThatNeverFinishesSaysWhatStopsIt) {
  scenario::Scenario scenario = small();
  scenario.training.tokens = 1e12;
  scenario.failures.value.node_life.value = 2.0 * kMinute;
  scenario.simulation.replicas = 3;
  const std::string text = infeasible([&] { make_plan(scenario); });
  EXPECT_THAT(text, HasSubstr("the run never finishes: none of 3 replicas did"));
  EXPECT_THAT(text, HasSubstr("an interruption comes every 0.5 min"));
}

}  // namespace
}  // namespace sextant::plan
