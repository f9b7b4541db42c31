#include "sextant/training/step_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Seconds part(const StepProfile& profile, StepPart which) {
  return profile.breakdown[static_cast<std::size_t>(which)];
}

TEST(StepModel, OneRankOnlyComputesAndUpdates) {
  StepInputs inputs = fixtures::inputs(1);
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  EXPECT_NEAR((part(profile, StepPart::kCompute) + part(profile, StepPart::kOptimizer)).si(),
              profile.time.si(), 1e-12);
}

// The forward pass again: a third more than forward and backward, and the layers only.
TEST(StepModel, FullRecomputationAddsAForwardPass) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.layout.recompute = Recompute::kFull;
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  const double share = part(profile, StepPart::kRecompute) / part(profile, StepPart::kCompute);
  EXPECT_GT(share, 0.27);
  EXPECT_LT(share, 1.0 / 3.0);
}

// With one stage per rank and nothing in between, the bubble is (p − 1)/m of the work.
TEST(StepModel, BubbleOfOneForwardOneBackward) {
  StepInputs inputs = fixtures::inputs(4);
  inputs.model.vocabulary = 128;  // no head worth mentioning
  inputs.layout.pipeline = 4;
  inputs.layout.zero = 0;
  inputs.global_batch = 16;
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  EXPECT_NEAR(part(profile, StepPart::kPipelineBubble) / part(profile, StepPart::kCompute),
              3.0 / 16.0, 0.01);
}

TEST(StepModel, OverlapHidesGradientReduction) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.software.data_overlap = false;
  const Seconds exposed =
      part(forecast_step(inputs, fixtures::calibration()), StepPart::kDataParallel);
  inputs.software.data_overlap = true;
  const Seconds overlapped =
      part(forecast_step(inputs, fixtures::calibration()), StepPart::kDataParallel);
  EXPECT_LT(overlapped, 0.6 * exposed);
  EXPECT_GT(overlapped, Seconds(0));
}

TEST(StepModel, SmallKernelsWaitForTheHostUnlessGraphsLaunchThem) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.model.hidden = 256;
  inputs.model.heads = 4;
  inputs.model.kv_heads = 4;
  inputs.model.feed_forward = 1024;
  inputs.sequence_length = 256;
  const StepProfile launched = forecast_step(inputs, fixtures::calibration());
  EXPECT_GT(part(launched, StepPart::kHost) / launched.time, 0.2);
  inputs.software.cuda_graphs = true;
  EXPECT_EQ(part(forecast_step(inputs, fixtures::calibration()), StepPart::kHost), Seconds(0));
}

TEST(StepModel, SaysWhatIsExtrapolated) {
  StepInputs inputs = fixtures::inputs(16);
  EXPECT_THAT(forecast_step(inputs, fixtures::calibration()).extrapolated, IsEmpty());
  inputs.precision = Precision::kFp8;
  inputs.sequence_length = 131072;
  EXPECT_THAT(forecast_step(inputs, fixtures::calibration()).extrapolated,
              ElementsAre(HasSubstr("chip/fp8"), HasSubstr("sequence length 131072")));
}

}  // namespace
}  // namespace sextant
