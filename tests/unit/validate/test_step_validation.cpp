#include "src/validate/step_validation.h"

#include <gtest/gtest.h>

#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant::validate {
namespace {

class StepValidationTest : public testing::Test {
 protected:
  /// A row that took `factor` times its forecast.
  PublishedRun row(const std::string& set, int ranks, double factor) const {
    PublishedRun run;
    run.id = run.set = run.family = run.origin = run.baseline = set;
    run.inputs = fixtures::inputs(ranks);
    run.measured = factor * forecast_step(run.inputs, calibration_).time;
    return run;
  }

  StepValidation validate(const std::vector<PublishedRun>& runs) const {
    return validate_steps(runs, [this](std::size_t) -> const Calibration& { return calibration_; },
                          {.threads = 2});
  }

  Calibration calibration_ = fixtures::calibration();
};

TEST_F(StepValidationTest, SummarisesErrors) {
  const StepValidation v =
      validate({row("a", 8, 1.0), row("a", 16, 1.0 / 1.1), row("a", 64, 1.0 / 0.8)});
  ASSERT_EQ(v.sets.size(), 2u);
  const StepSummary& a = v.sets.front();
  EXPECT_EQ(a.n, 3);
  EXPECT_NEAR(a.mape, 0.1, 1e-9);
  EXPECT_NEAR(a.median, 0.1, 1e-9);
  EXPECT_NEAR(a.p90, 0.2, 1e-9);
  EXPECT_NEAR(a.max, 0.2, 1e-9);
  EXPECT_NEAR(a.bias, -0.1 / 3.0, 1e-9);
  // ± 6.6 % at a spread of 5 %.
  EXPECT_NEAR(*a.coverage, 1.0 / 3.0, 1e-9);
}

TEST_F(StepValidationTest, ARefusedRowCountsAsAWholeError) {
  PublishedRun refused = row("a", 8, 1.0);
  refused.refused = "no such chip";
  const StepValidation v = validate({row("a", 8, 1.0), refused});
  EXPECT_EQ(v.sets.front().refused, 1);
  EXPECT_NEAR(v.sets.front().mape, 0.5, 1e-9);
  EXPECT_NEAR(v.sets.front().bias, 0.0, 1e-9);
}

TEST_F(StepValidationTest, RefusesWhatCannotFitIntoMemory) {
  PublishedRun run = row("a", 1, 1.0);
  run.inputs.model.layers = 200;
  const StepValidation v = validate({run});
  EXPECT_NE(v.rows.front().refused.find("GiB of memory, the accelerator has 75"), std::string::npos)
      << v.rows.front().refused;
}

// The baseline takes one MFU for all rows of a source: the median of their own.
TEST_F(StepValidationTest, BaselineIsTheMedianMfuOfTheRows) {
  const StepValidation v = validate({row("a", 8, 1.0), row("a", 8, 2.0), row("a", 8, 4.0)});
  EXPECT_NEAR(v.rows[0].baseline_error, 1.0, 1e-9);
  EXPECT_NEAR(v.rows[1].baseline_error, 0.0, 1e-9);
  EXPECT_NEAR(v.rows[2].baseline_error, -0.5, 1e-9);
}

TEST_F(StepValidationTest, NoiseIsWhatEqualInputsDifferBy) {
  const StepValidation none = validate({row("a", 8, 1.0), row("a", 16, 1.2)});
  EXPECT_FALSE(none.sets.front().noise_floor.has_value());
  const StepValidation some = validate({row("a", 8, 1.0), row("a", 8, 1.21)});
  EXPECT_NEAR(*some.sets.front().noise_floor, 0.5 * (0.1 + 1.0 - 1.0 / 1.1), 1e-9);
}

TEST_F(StepValidationTest, NearlyFullMemoryCannotBeForecastTooHigh) {
  PublishedRun run = row("a", 64, 1.0);
  const Bytes forecast = forecast_memory(run.inputs).front().reserved();
  const auto error_if = [&](double measured, double capacity) {
    run.memory = measured * forecast;
    run.inputs.node.accelerator.memory.value = capacity * forecast;
    const StepValidation v = validate({run});
    EXPECT_EQ(v.sets.front().memory->n, 1);
    return *v.rows.front().memory_error;
  };
  EXPECT_NEAR(error_if(0.8, 2.0), 0.25, 1e-9);
  EXPECT_NEAR(error_if(0.8, 0.93), 0.0, 1e-9);
  EXPECT_NEAR(error_if(1.25, 1.26), -0.2, 1e-9);
}

TEST_F(StepValidationTest, ComparesLayoutsOfOneCluster) {
  PublishedRun slow = row("a", 16, 1.0);
  PublishedRun fast = slow;
  fast.inputs.layout.tensor = 2;
  fast.measured = 0.5 * slow.measured;
  const StepValidation v = validate({slow, fast, row("b", 16, 1.0)});
  ASSERT_TRUE(v.sets[0].order);
  EXPECT_EQ(v.sets[0].order->pairs, 1);
  EXPECT_FALSE(v.sets[1].order);
}

TEST_F(StepValidationTest, CoverageIsAveragedOverSets) {
  const StepValidation v = validate({row("a", 8, 1.0), row("a", 8, 1.0), row("b", 8, 2.0)});
  EXPECT_NEAR(*v.coverage_of_sets, 0.5, 1e-12);
}

}  // namespace
}  // namespace sextant::validate
