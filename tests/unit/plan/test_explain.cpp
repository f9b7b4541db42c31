#include "src/plan/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant::plan {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

/// Four stages and few microbatches: half of it is bubble.
StepInputs short_pipeline() {
  StepInputs inputs = fixtures::inputs(16);
  inputs.layout.pipeline = 4;
  inputs.layout.tensor = 2;
  inputs.global_batch = 8;
  return inputs;
}

StepExplanation explained(const StepInputs& inputs) {
  return explain_step(inputs, fixtures::calibration());
}

auto changes(const std::string& part) {
  return Contains(Field(&StepChange::change, HasSubstr(part)));
}

const StepChange& find(const StepExplanation& explanation, const std::string& part) {
  for (const StepChange& change : explanation.changes) {
    if (change.change.find(part) != std::string::npos) return change;
  }
  ADD_FAILURE() << "no change with " << part;
  return explanation.changes.front();
}

TEST(ExplainStep, SavingsAreOfThePlannedStepAndTheLargestComesFirst) {
  const StepInputs inputs = short_pipeline();
  const Seconds now = forecast_step(inputs, fixtures::calibration()).time;
  Seconds before;
  for (const StepChange& change : explained(inputs).changes) {
    EXPECT_GE(change.step, before);
    EXPECT_DOUBLE_EQ((change.step + change.saved).si(), now.si());
    EXPECT_DOUBLE_EQ(change.saved_share, change.saved / now);
    before = change.step;
  }
}

TEST(ExplainStep, FewerStagesShrinkABubble) {
  EXPECT_GT(find(explained(short_pipeline()), "\"pipeline\": 2 instead of 4").saved_share, 0.1);
}

TEST(ExplainStep, AChangeIsForecastAsItWouldBeByItself) {
  StepInputs changed = short_pipeline();
  changed.layout.recompute = Recompute::kFull;
  const StepChange change = find(explained(short_pipeline()), "\"recompute\": \"full\"");
  const StepProfile step = forecast_step(changed, fixtures::calibration());
  EXPECT_EQ(change.step, step.time);
  EXPECT_EQ(change.peak_memory, step.peak_memory());
  EXPECT_LT(change.saved, Seconds(0));
}

TEST(ExplainStep, WhatDoesNotDivideIsRejectedWithTheReason) {
  StepInputs inputs = short_pipeline();
  inputs.model.heads = inputs.model.kv_heads = 2;
  EXPECT_THAT(explained(inputs).rejected,
              Contains(AllOf(Field(&RejectedChange::change, "\"tensor\": 4 instead of 2"),
                             Field(&RejectedChange::why, HasSubstr("does not divide")))));
}

TEST(ExplainStep, WhatDoesNotFitIsRejectedWithItsMemory) {
  StepInputs inputs = short_pipeline();
  Bytes peak;
  for (const StageMemory& stage : forecast_memory(inputs)) peak = std::max(peak, stage.total());
  inputs.node.accelerator.memory.value = peak;
  const StepExplanation explanation = explained(inputs);
  for (const StepChange& change : explanation.changes) EXPECT_LE(change.peak_memory, peak);
  EXPECT_THAT(explanation.rejected,
              Contains(AllOf(Field(&RejectedChange::change, "\"zero\": 0 instead of 1"),
                             Field(&RejectedChange::why, HasSubstr("of memory")))));
}

TEST(ExplainStep, StagesAreCutAnewOnlyInAPipeline) {
  StepInputs inputs = short_pipeline();
  inputs.layout.stages = std::vector<int>{7, 3, 3, 3};
  const StepExplanation explanation = explained(inputs);
  EXPECT_GT(find(explanation, "\"stages\": \"balanced\"").saved, Seconds(0));
  EXPECT_THAT(explanation.changes, changes("\"pipeline\": 2 instead of 4"));
  EXPECT_THAT(explained(fixtures::inputs(8)).changes, Not(changes("stages")));
}

TEST(ExplainStep, OnlyWhatIsOffIsTurnedOn) {
  StepInputs inputs = short_pipeline();
  EXPECT_THAT(explained(inputs).changes, changes("cuda_graphs"));
  inputs.software.cuda_graphs = true;
  EXPECT_THAT(explained(inputs).changes, Not(changes("cuda_graphs")));
}

TEST(ExplainStep, CoarserArithmeticCarriesACaution) {
  EXPECT_NE(find(explained(short_pipeline()), "fp8").caution, "");
  EXPECT_EQ(find(explained(short_pipeline()), "cuda_graphs").caution, "");
}

TEST(ExplainStep, HardwareIsApartAndANetworkOnlyWhereThereIsOne) {
  StepExplanation explanation = explained(short_pipeline());
  EXPECT_EQ(find(explanation, "network").kind, ChangeKind::kHardware);
  EXPECT_EQ(find(explanation, "virtual_stages").kind, ChangeKind::kChoice);
  EXPECT_THAT(explained(fixtures::inputs(1)).changes, Not(changes("network")));
  for (const StepChange& change : explanation.changes) {
    if (change.kind == ChangeKind::kChoice) continue;
    EXPECT_GE(change.saved, Seconds(0)) << change.change;
  }
}

}  // namespace
}  // namespace sextant::plan
