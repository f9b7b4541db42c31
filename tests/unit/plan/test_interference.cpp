#include "src/plan/interference.h"

#include <gtest/gtest.h>

#include "src/plan/phases.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::plan {
namespace {

using fixtures::shipped_scenario;

TEST(Interference, GrowsAsLessOfTheFabricIsLeft) {
  const scenario::Scenario scenario = shipped_scenario("checkpoint-storm.json");
  const StepInputs inputs = plan_phases(scenario).front().main().inputs;
  const double none = slowdown_at(inputs, *scenario.calibration, 1.0);
  const double some = slowdown_at(inputs, *scenario.calibration, 0.9);
  const double half = slowdown_at(inputs, *scenario.calibration, 0.5);
  EXPECT_EQ(none, 0);
  EXPECT_GT(some, 0);
  EXPECT_GT(half, some);
  EXPECT_LT(half, 1);  // not all of a step is communication between nodes
}

TEST(Interference, IsThatOfTheCardsThatAreShared) {
  scenario::Scenario scenario = shipped_scenario("checkpoint-storm-64-prefixes.json");
  scenario.checkpoint.mode = CheckpointMode::kAsynchronous;
  const double shared = plan_phases(scenario).front().campaign.checkpoint.slowdown;
  EXPECT_GT(shared, scenario.checkpoint.slowdown.value);
  scenario.cluster.instance.value.ip_apart = true;
  const double alone = plan_phases(scenario).front().campaign.checkpoint.slowdown;
  EXPECT_EQ(alone, scenario.checkpoint.slowdown.value);
}

}  // namespace
}  // namespace sextant::plan
