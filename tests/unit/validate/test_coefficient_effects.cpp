#include "src/validate/coefficient_effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant::validate {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

std::vector<CoefficientEffect> effects(const StepInputs& inputs) {
  return coefficient_effects(inputs, fixtures::calibration());
}

TEST(CoefficientEffects, AreTheSlopesOfTheForecast) {
  const StepInputs inputs = fixtures::inputs(1);
  Calibration less = fixtures::calibration();
  less.accelerators["chip"].gemm_16bit.value *= 0.99;
  const double ratio =
      forecast_step(inputs, less).time / forecast_step(inputs, fixtures::calibration()).time;
  const CoefficientEffect strongest = effects(inputs).front();
  EXPECT_EQ(strongest.coefficient, "accelerators.chip.gemm_16bit");
  EXPECT_DOUBLE_EQ(strongest.elasticity, std::log(ratio) / std::log(0.99));
  EXPECT_LT(strongest.elasticity, -0.3);
  EXPECT_GT(strongest.elasticity, -1.0);
}

TEST(CoefficientEffects, TheStrongestComeFirstAndTheWeakAreLeftOut) {
  double before = 10.0;
  for (const CoefficientEffect& effect : effects(fixtures::inputs(8))) {
    EXPECT_LE(std::abs(effect.elasticity), before);
    EXPECT_GE(std::abs(effect.elasticity), kLeastEffect);
    before = std::abs(effect.elasticity);
  }
}

TEST(CoefficientEffects, ANetworkCountsOnlyWhereItIsCrossed) {
  const auto network = Contains(Field(&CoefficientEffect::coefficient, HasSubstr("fabrics.net")));
  StepInputs inputs = fixtures::inputs(64);
  inputs.global_batch = 64;
  inputs.software.data_overlap = false;
  EXPECT_THAT(effects(inputs), network);
  EXPECT_THAT(effects(fixtures::inputs(8)), Not(network));
}

}  // namespace
}  // namespace sextant::validate
