#include "sextant/training/stage_cut.h"

#include <gtest/gtest.h>

#include "sextant/training/step_model.h"
#include "sextant/training/step_trace.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

/// 24 layers on four ranks, as equal numbers or as the cut asks.
StepInputs pipeline(StageCut cut) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.model.layers = 24;
  inputs.layout.pipeline = 4;
  inputs.global_batch = 64;
  inputs.layout.stages = cut;
  return inputs;
}

std::vector<int> stages_of(const StepInputs& inputs) {
  return *cut_as_asked(inputs, fixtures::calibration()).layout.listed_stages();
}

Bytes peak_memory(StepInputs inputs, std::vector<int> stages) {
  inputs.layout.stages = std::move(stages);
  Bytes peak;
  for (const StageMemory& stage : forecast_memory(inputs)) peak = std::max(peak, stage.total());
  return peak;
}

TEST(CutAsAsked, AHeavyHeadTakesThePlaceOfLayers) {
  StepInputs inputs = pipeline(StageCut::kBalanced);
  inputs.model.vocabulary = 256000;
  const std::vector<int> stages = stages_of(inputs);
  EXPECT_LT(stages.back(), 6);
  EXPECT_GE(stages[0] + stages[1] + stages[2], 19);
  const Seconds balanced = forecast_step(inputs, fixtures::calibration()).time;
  inputs.layout.stages.reset();
  EXPECT_LT(balanced, forecast_step(inputs, fixtures::calibration()).time);
}

TEST(CutAsAsked, ForecastAndTraceCutWhatIsNotCutYet) {
  const StepInputs asked = pipeline(StageCut::kMemory);
  const StepInputs cut = cut_as_asked(asked, fixtures::calibration());
  const Seconds time = forecast_step(cut, fixtures::calibration()).time;
  EXPECT_EQ(forecast_step(asked, fixtures::calibration()).time, time);
  EXPECT_EQ(trace_step(asked, fixtures::calibration()).timeline.finish, time.si());
}

TEST(CutAsAsked, EarlyRanksHoldMoreMicrobatchesSoMemoryGivesThemFewerLayers) {
  const StepInputs inputs = pipeline(StageCut::kMemory);
  const std::vector<int> stages = stages_of(inputs);
  EXPECT_LT(stages[0], stages[3]);
  EXPECT_LT(peak_memory(inputs, stages), peak_memory(inputs, {6, 6, 6, 6}));
}

TEST(CutAsAsked, ChunksOfARankAddUp) {
  StepInputs inputs = pipeline(StageCut::kBalanced);
  inputs.model.layers = 40;
  inputs.model.vocabulary = 256000;
  inputs.layout.virtual_stages = 2;
  const std::vector<int> stages = stages_of(inputs);
  ASSERT_EQ(stages.size(), 8u);
  EXPECT_LT(stages[3] + stages[7], 10);  // of the rank with the head
}

TEST(CutAsAsked, ExpertLayersWeighAsTheyAre) {
  StepInputs inputs = pipeline(StageCut::kBalanced);
  inputs.layout.pipeline = 2;
  inputs.model.experts = Experts{.count = 8, .top_k = 4, .feed_forward = 14336, .dense_layers = 12};
  const std::vector<int> stages = stages_of(inputs);
  EXPECT_GT(stages[0], 14);
}

TEST(CutAsAsked, ListsAndAbsentOnesStay) {
  StepInputs inputs = pipeline(StageCut::kBalanced);
  inputs.layout.stages = std::vector{1, 2, 3, 18};
  EXPECT_EQ(stages_of(inputs), (std::vector{1, 2, 3, 18}));
  EXPECT_NE(uneven_stages(inputs), nullptr);
  inputs.layout.stages = std::vector{6, 6, 6, 6};
  EXPECT_EQ(uneven_stages(inputs), nullptr);
  inputs.layout.stages.reset();
  EXPECT_FALSE(cut_as_asked(inputs, fixtures::calibration()).layout.stages);
  EXPECT_EQ(uneven_stages(inputs), nullptr);
}

TEST(CutAsAsked, OneRankHasAllLayers) {
  StepInputs inputs = pipeline(StageCut::kMemory);
  inputs.layout.pipeline = 1;
  EXPECT_EQ(stages_of(inputs), std::vector{24});
}

}  // namespace
}  // namespace sextant
