#include "src/compare/drivers.h"

#include <gtest/gtest.h>

#include "tests/support/fake_plan.h"

namespace sextant::compare {
namespace {

using fixtures::fake_plan;
using fixtures::FakeOutcome;

double amount(const std::vector<Driver>& drivers, const std::string& name) {
  for (const Driver& driver : drivers) {
    if (driver.name == name) return driver.amount;
  }
  ADD_FAILURE() << name;
  return 0;
}

/// 100 steps of 2 s of compute and 1 s of the host, and 20 s of starting.
FakeOutcome usual() {
  FakeOutcome outcome{.steps = 100, .states_s = {{"starting", 20}, {"training", 300}}};
  outcome.parts_s[static_cast<std::size_t>(StepPart::kCompute)] = 2;
  outcome.parts_s[static_cast<std::size_t>(StepPart::kHost)] = 1;
  return outcome;
}

LedgerItem node_hours(double hours, double price) {
  return {"nodes, training", hours, "node-hour", price, hours * price};
}

TEST(TimeDrivers, NamePartsOfTheStepAndStates) {
  FakeOutcome slower = usual();
  slower.parts_s[static_cast<std::size_t>(StepPart::kHost)] = 1.5;
  slower.states_s = {{"starting", 25}, {"training", 353}};
  const auto drivers = time_drivers(fake_plan(slower), fake_plan(usual()));
  EXPECT_DOUBLE_EQ(amount(drivers, "steps"), 0);
  EXPECT_DOUBLE_EQ(amount(drivers, "compute"), 0);
  EXPECT_DOUBLE_EQ(amount(drivers, "host"), 50);
  EXPECT_DOUBLE_EQ(amount(drivers, "pace"), 3);
  EXPECT_DOUBLE_EQ(amount(drivers, "starting"), 5);
}

TEST(TimeDrivers, MoreStepsAreApartFromTheirTime) {
  FakeOutcome more = usual();
  more.steps = 110;
  more.states_s = {{"starting", 20}, {"training", 330}};
  const auto drivers = time_drivers(fake_plan(more), fake_plan(usual()));
  EXPECT_NEAR(amount(drivers, "steps"), 30, 1e-9);
  EXPECT_NEAR(amount(drivers, "compute"), 0, 1e-9);
}

TEST(TimeDrivers, APhaseOfGivenDurationHasNoSteps) {
  plan::PlanResult timed = fake_plan(usual());
  timed.phases[0].plan.duration = Seconds(300);
  const auto drivers = time_drivers(timed, fake_plan(usual()));
  EXPECT_EQ(drivers.size(), 2U);
  EXPECT_DOUBLE_EQ(amount(drivers, "training"), 0);
}

TEST(CostDrivers, OneFactorAlone) {
  FakeOutcome hour{.states_s = {{"training", 3600}}, .ledger = {node_hours(4, 10)}, .nodes = 4};
  FakeOutcome dearer = hour;
  dearer.ledger = {node_hours(4, 12), {"storage", 1, "GB-month", 3, 3}};
  const auto drivers = cost_drivers(fake_plan(dearer), fake_plan(hour));
  EXPECT_NEAR(amount(drivers, "node_price"), 8, 1e-12);
  EXPECT_NEAR(amount(drivers, "nodes"), 0, 1e-12);
  EXPECT_NEAR(amount(drivers, "hours"), 0, 1e-12);
  EXPECT_NEAR(amount(drivers, "other"), 3, 1e-12);
}

TEST(CostDrivers, AreAbsentWithoutCost) {
  plan::PlanResult free_of_charge = fake_plan(usual());
  free_of_charge.forecast.cost_usd.reset();
  EXPECT_TRUE(cost_drivers(free_of_charge, fake_plan(usual())).empty());
}

}  // namespace
}  // namespace sextant::compare
