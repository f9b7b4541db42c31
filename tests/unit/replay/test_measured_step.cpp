#include "calibrate/replay/measured_step.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "calibrate/replay/comparison.h"
#include "tests/unit/replay/replay_fixtures.h"

namespace sextant::replay {
namespace {

/// A step that runs as it was forecast, `factor` times as slow.
std::vector<OperationTime> as_forecast(const StepRecipe& recipe, double factor) {
  std::vector<OperationTime> times(recipe.graph.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i].start_s = factor * recipe.timeline.start[i];
    times[i].end_s = factor * recipe.timeline.end[i];
    times[i].parts = recipe.graph.parts_of(static_cast<OperationGraph::OperationId>(i)) * factor;
  }
  return times;
}

void expect_same_parts(const PartTimes& a, const PartTimes& b, double tolerance) {
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    EXPECT_NEAR(a[part], b[part], tolerance) << name;
  }
}

// Both are attributed by the same rule.
TEST(MeasuredStep, OneThatRunsAsForecastHasTheForecastsParts) {
  for (int stages : {1, 2, 4}) {
    StepInputs inputs = pipeline(stages, 2);
    inputs.model.tied_embeddings = false;
    const StepRecipe recipe = recipe_of(inputs);
    const MeasuredStep step = measured_step(recipe, as_forecast(recipe, 2.0));
    EXPECT_NEAR(step.timeline.finish, 2.0 * recipe.timeline.finish, 1e-9);
    expect_same_parts(step.graph.attribute(step.timeline),
                      recipe.graph.attribute(recipe.timeline) * 2.0, 1e-6 * recipe.timeline.finish);
  }
}

TEST(MeasuredStep, PartsSumToTheStep) {
  StepInputs inputs = pipeline(4, 2);
  inputs.model.tied_embeddings = true;
  inputs.layout.zero = 1;
  const StepRecipe recipe = recipe_of(inputs);
  std::vector<OperationTime> times = as_forecast(recipe, 1.0);
  for (std::size_t i = 0; i < times.size(); i += 3) times[i].start_s += 1e-6;  // threads wake late
  const MeasuredStep step = measured_step(recipe, times);
  EXPECT_NEAR(step.graph.attribute(step.timeline).total(), step.timeline.finish, 1e-9);
  for (const StageTimes& stage : stage_times(step.graph, step.timeline)) {
    EXPECT_NEAR(stage.parts.total() + stage.waiting_s, step.timeline.finish, 1e-12);
  }
}

TEST(MeasuredStep, WhatAThreadNeedsBetweenItemsIsOther) {
  const StepRecipe recipe = recipe_of(pipeline(1, 1));
  std::vector<OperationTime> times = as_forecast(recipe, 1.0);
  const double late = 1e-3;
  times.back().end_s += late;  // the optimizer, whose items took as long as before
  const MeasuredStep step = measured_step(recipe, times);
  EXPECT_NEAR(step.graph.attribute(step.timeline)[StepPart::kOther], late, 1e-9);
}

// A stage that comes early to a collective of several waits for the others' work.
TEST(MeasuredStep, TiedEmbeddingsBeginWhenTheLastStageComes) {
  StepInputs inputs = pipeline(2);
  inputs.model.tied_embeddings = true;
  const StepRecipe recipe = recipe_of(inputs);
  std::vector<OperationTime> times = as_forecast(recipe, 1.0);
  std::vector<std::size_t> tied;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (recipe.labels[i].kind == OperationKind::kReduceTiedEmbeddings) tied.push_back(i);
  }
  ASSERT_EQ(tied.size(), 2U);
  times[tied[0]].end_s = times[tied[1]].end_s =  // both leave it when it has ended
      std::max(times[tied[0]].end_s, times[tied[1]].end_s);
  const MeasuredStep step = measured_step(recipe, times);
  EXPECT_EQ(step.timeline.start[tied[0]], step.timeline.start[tied[1]]);
}

TEST(MeasuredStep, CommunicationIsWhatIsNeitherWorkNorBubble) {
  PartTimes parts;
  parts[StepPart::kCompute] = 6.0;
  parts[StepPart::kTensorParallel] = 1.0;
  parts[StepPart::kDataParallel] = 2.0;
  parts[StepPart::kPipelineBubble] = 1.0;
  EXPECT_DOUBLE_EQ(communication_share(parts), 0.3);
}

}  // namespace
}  // namespace sextant::replay
