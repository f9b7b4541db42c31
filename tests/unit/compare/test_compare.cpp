#include "src/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/compare/candidates.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::compare {
namespace {

using testing::IsEmpty;
using testing::Not;

class CompareTest : public testing::Test {
 protected:
  CompareTest() { scenario_.simulation.replicas = 20; }

  std::vector<Candidate> on(const HardwareChoices& choices) {
    return on_hardware(scenario_, choices, catalogue_);
  }
  Comparison compared(const std::vector<Candidate>& candidates, std::size_t baseline = 0) {
    return compare(candidates, baseline, common_simulation(candidates), {});
  }

  catalog::Catalogue catalogue_{SEXTANT_SOURCE_DIR "/models"};
  scenario::Scenario scenario_ = fixtures::shipped_scenario("llama3-8b-2xp5.json");
};

TEST_F(CompareTest, SearchesTheBestLayoutForEachInstance) {
  const Comparison comparison =
      compared(on({.instances = {"p5.48xlarge", "p4de.24xlarge"}, .nodes = {2, 4}}));
  ASSERT_EQ(comparison.runs.size(), 2U);
  for (const ComparedRun& run : comparison.runs) {
    ASSERT_TRUE(run.plan.has_value());
    ASSERT_THAT(run.layouts, Not(IsEmpty()));
    EXPECT_GT(run.layouts[0].search.fit, 0);
    EXPECT_GT(run.mean_node_power_w().value(), 1000);
  }
  ASSERT_EQ(comparison.differences.size(), 1U);
  EXPECT_EQ(comparison.differences[0].run, 1U);
  EXPECT_GT(comparison.differences[0].forecast.wall_time_s.value.mean, 0);
}

TEST_F(CompareTest, WhatCannotRunStaysWithItsReason) {
  const Comparison comparison = compared(on({.instances = {"g4dn.12xlarge", "p5.48xlarge"}}));
  ASSERT_EQ(comparison.runs.size(), 2U);
  EXPECT_FALSE(comparison.runs[0].plan.has_value());
  ASSERT_THAT(comparison.runs[0].obstacles, Not(IsEmpty()));
  EXPECT_EQ(comparison.runs[0].label, "g4dn.12xlarge");
  ASSERT_TRUE(comparison.runs[1].plan.has_value());
  EXPECT_EQ(comparison.baseline, 1U);
  EXPECT_THAT(comparison.differences, IsEmpty());
}

TEST_F(CompareTest, KeepsTheLayoutWhereAsked) {
  const auto candidates = on({.instances = {"p5.48xlarge"}, .keep_layout = true});
  const Comparison comparison = compared(candidates);
  EXPECT_THAT(comparison.runs[0].layouts, IsEmpty());
  EXPECT_EQ(comparison.runs[0].plan->step_inputs.layout.tensor, scenario_.training.layout.tensor);
}

TEST_F(CompareTest, SameAcceleratorsAreRoundedUp) {
  const auto candidates =
      on({.instances = {"p5.48xlarge", "trn1.32xlarge"}, .same_accelerators = true});
  EXPECT_EQ(candidates[0].scenario.cluster.nodes, 2);
  EXPECT_EQ(candidates[1].scenario.cluster.nodes, 1);
}

TEST_F(CompareTest, NumbersOfNodesAreInTheLabels) {
  const auto candidates = on({.nodes = {2, 4}});
  EXPECT_EQ(candidates[0].label, "2 x p5.48xlarge");
  EXPECT_EQ(candidates[1].label, "4 x p5.48xlarge");
}

TEST_F(CompareTest, UnknownInstancesAreErrors) {
  EXPECT_THROW(on({.instances = {"p9.48xlarge"}}), io::InputError);
}

TEST(CommonSimulation, DoesNotDependOnTheOrder) {
  Candidate few, many;
  few.scenario.simulation.replicas = 10;
  few.scenario.simulation.seed = 3;
  many.scenario.simulation.replicas = 50;
  many.scenario.simulation.seed = 9;
  many.scenario.simulation.tolerance = 0.01;
  for (const auto& candidates :
       {std::vector<Candidate>{few, many}, std::vector<Candidate>{many, few}}) {
    const scenario::SimulationPlan common = common_simulation(candidates);
    EXPECT_EQ(common.replicas, 50);
    EXPECT_EQ(common.seed, 3U);
    EXPECT_FALSE(common.tolerance.has_value());
  }
}

}  // namespace
}  // namespace sextant::compare
