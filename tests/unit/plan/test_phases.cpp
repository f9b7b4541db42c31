#include "src/plan/phases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "src/plan/evaluation.h"
#include "src/plan/ideal.h"
#include "src/plan/infeasible.h"
#include "src/plan/plan.h"
#include "src/scenario/read_scenario.h"

namespace sextant::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

scenario::Scenario shipped(const std::string& name) {
  catalog::Catalogue catalogue(kData + "models");
  return scenario::read_scenario(kData + "good/" + name, catalogue);
}

scenario::Scenario four_phases() { return shipped("phases.json"); }

TEST(Phases, AreOneWhereTheScenarioListsNone) {
  const scenario::Scenario scenario = shipped("small.json");
  const std::vector<PlannedPhase> phases = plan_phases(scenario);
  ASSERT_EQ(phases.size(), 1u);
  ASSERT_EQ(phases[0].batches.size(), 1u);
  EXPECT_EQ(phases[0].batches[0].step.time.si(),
            forecast_step(step_inputs_of(scenario), *scenario.calibration).time.si());
  EXPECT_FALSE(phases[0].campaign.restarts);
  EXPECT_EQ(phases[0].checkpointed_parameters, total_parameters(*scenario.model));
}

TEST(Phases, TakeWhatTheyDoNotSayFromTheTraining) {
  const std::vector<PlannedPhase> phases = plan_phases(four_phases());
  ASSERT_EQ(phases.size(), 4u);
  const StepInputs& long_sequences = phases[1].main().inputs;
  EXPECT_EQ(long_sequences.sequence_length, 8192);
  EXPECT_EQ(long_sequences.layout.tensor, 2);  // the training's
  EXPECT_EQ(long_sequences.layout.pipeline, 1);
  EXPECT_EQ(long_sequences.layout.context, 4);
  EXPECT_EQ(phases[3].main().inputs.layout.pipeline, 2);
  EXPECT_EQ(phases[0].campaign.evaluation.every, 500);
  EXPECT_EQ(phases[1].campaign.evaluation.every, 0);  // null
}

TEST(Phases, RestartWhereARunningProgramCannotFollow) {
  std::vector<bool> restarts;
  for (const PlannedPhase& phase : plan_phases(four_phases())) {
    restarts.push_back(phase.campaign.restarts);
  }
  // Another layout; the same settings with other data; another layout again.
  EXPECT_THAT(restarts, ElementsAre(false, true, false, true));
}

TEST(Phases, KeepTheirStagesWhileTheBatchGrows) {
  scenario::Scenario scenario = four_phases();
  scenario.training.phases.resize(1);
  scenario.training.phases[0].layout.stages = StageCut::kMemory;
  const std::vector<PlannedPhase> phases = plan_phases(scenario);
  ASSERT_GT(phases[0].batches.size(), 1u);
  const std::vector<int>* stages = phases[0].plan.layout.listed_stages();
  ASSERT_NE(stages, nullptr);
  for (const PlannedBatch& batch : phases[0].batches) {
    ASSERT_NE(batch.inputs.layout.listed_stages(), nullptr);
    EXPECT_EQ(*batch.inputs.layout.listed_stages(), *stages);
  }
}

TEST(Phases, ForecastEveryBatchOfARamp) {
  const PlannedPhase ramped = plan_phases(four_phases())[0];
  ASSERT_EQ(ramped.batches.size(), 4u);
  ASSERT_EQ(ramped.campaign.runs.size(), 4u);
  Seconds before;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(ramped.batches[i].inputs.global_batch, 16 * static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(ramped.campaign.runs[i].step.si(), ramped.batches[i].step.time.si());
    EXPECT_EQ(ramped.campaign.runs[i].steps, ramped.batches[i].steps);
    EXPECT_GT(ramped.batches[i].step.time, before);
    before = ramped.batches[i].step.time;
  }
  EXPECT_GE(ramped.tokens(), 1e9);
  EXPECT_LT(ramped.tokens(), 1e9 + 64 * 2048);
  EXPECT_EQ(&ramped.main(), &ramped.batches[3]);
}

TEST(Phases, SaveWhatTheyTrain) {
  const scenario::Scenario scenario = four_phases();
  const std::vector<PlannedPhase> phases = plan_phases(scenario);
  const PlannedPhase& adapters = phases[3];
  EXPECT_LT(adapters.checkpointed_parameters, 0.01 * phases[0].checkpointed_parameters);
  EXPECT_LT(adapters.campaign.checkpoint.stall, 0.01 * phases[0].campaign.checkpoint.stall);
  EXPECT_TRUE(adapters.campaign.reads_weights);
  EXPECT_FALSE(phases[0].campaign.reads_weights);
  // Read: the frozen weights, 2 of the 14 bytes, and the adapters.
  const double read = adapters.campaign.checkpoint.restore / phases[0].campaign.checkpoint.restore;
  EXPECT_GT(read, 2.0 / 14);
  EXPECT_LT(read, 2.2 / 14);
}

TEST(Phases, NameTheOneThatCannotRun) {
  scenario::Scenario scenario = four_phases();
  scenario.training.phases[1].layout.tensor = 16;
  try {
    plan_phases(scenario);
    FAIL();
  } catch (const InfeasiblePlan& infeasible) {
    EXPECT_THAT(infeasible.what(), HasSubstr("phase \"long\": the layout does not divide"));
  }
}

TEST(Phases, NameTheBatchThatCannotRun) {
  scenario::Scenario scenario = four_phases();
  Layout& layout = scenario.training.phases[0].layout;
  layout.pipeline = 4;
  layout.virtual_stages = 3;
  layout.micro_batch = 1;
  try {
    plan_phases(scenario);  // 8 microbatches and more for 4 stages
    scenario.training.phases[0].batch_ramp = scenario::BatchRamp{8, 8, 1000};
    layout.micro_batch = 4;
    plan_phases(scenario);  // one microbatch
    FAIL();
  } catch (const InfeasiblePlan& infeasible) {
    EXPECT_THAT(infeasible.what(), HasSubstr("phase \"main\": batch of 8: the layout does not"));
  }
}

TEST(Phases, OfGivenDurationHaveMoreStepsThanFit) {
  const scenario::Scenario scenario = four_phases();
  const PlannedPhase timed = plan_phases(scenario)[3];
  EXPECT_EQ(timed.campaign.duration, 2.0 * kHour);
  EXPECT_GE(timed.campaign.work(), 19.9 * kHour);
}

TEST(Evaluation, IsTheForwardPartOfAStep) {
  const scenario::Scenario scenario = shipped("small.json");
  const StepInputs inputs = step_inputs_of(scenario);
  const Seconds step = forecast_step(inputs, *scenario.calibration).time;
  const double share = forward_time(inputs, *scenario.calibration) / step;
  EXPECT_GT(share, 0.25);
  EXPECT_LT(share, 0.45);
}

TEST(Evaluation, CountsWholeBatchesAndBothModels) {
  const scenario::Scenario scenario = shipped("small.json");
  PlannedBatch batch{.inputs = step_inputs_of(scenario), .step = {}, .steps = 1};
  const Seconds forward = forward_time(batch.inputs, *scenario.calibration);
  const scenario::EvaluationPlan plan{.every = 100, .sequences = 65, .batches = {}};
  const auto pauses = evaluation_pauses(plan, batch, *scenario.calibration);
  EXPECT_EQ(pauses.every, 100);
  EXPECT_DOUBLE_EQ(pauses.time.si(), 2 * forward.si());  // batches of 64
  batch.inputs.tuning.reference_model = true;
  EXPECT_DOUBLE_EQ(evaluation_pauses(plan, batch, *scenario.calibration).time.si(),
                   4 * forward.si());
}

// 16 chips of 100 TFLOP/s: 6 · N · 1e9 / (16 · 1e14 · 0.5).
TEST(Ideal, IsTheHandCalculation) {
  scenario::Scenario scenario = shipped("small.json");
  scenario.training.stated_mfu = 0.5;
  const std::vector<PlannedPhase> phases = plan_phases(scenario);
  const auto ideal = ideal_run(scenario, phases);
  ASSERT_TRUE(ideal);
  const double peak = (*scenario.cluster.accelerator)->peak_16bit.value.si();
  const double n = total_parameters(*scenario.model);
  const double d = phases[0].tokens();
  EXPECT_DOUBLE_EQ(ideal->wall_time.si(), 6 * n * d / (16 * peak * 0.5));
  EXPECT_TRUE(ideal->mfu_is_stated);
  EXPECT_EQ(ideal->formula, "6·N·D");
  ASSERT_TRUE(ideal->cost);
  EXPECT_DOUBLE_EQ(ideal->cost->si(), 4 * 10.0 * ideal->wall_time.si() / 3600);
}

TEST(Ideal, OfAdaptersHasNoGradientsOfFrozenWeights) {
  scenario::Scenario scenario = shipped("small.json");
  scenario.training.stated_mfu = 0.5;
  const auto full = ideal_run(scenario, plan_phases(scenario));
  scenario.training.tuning.trainable = Trainable::kLora;
  const auto lora = ideal_run(scenario, plan_phases(scenario));
  ASSERT_TRUE(full && lora);
  EXPECT_NEAR(lora->wall_time / full->wall_time, 4.0 / 6, 1e-12);
  EXPECT_EQ(lora->formula, "4·N·D");
}

TEST(Ideal, NeedsTokens) { EXPECT_FALSE(ideal_run(four_phases(), plan_phases(four_phases()))); }

TEST(MakePlan, ForecastsEachPhase) {
  const PlanResult result = make_plan(four_phases(), {.threads = 1});
  ASSERT_EQ(result.forecast.phase_wall_time_s.size(), 4u);
  double sum = 0;
  for (const Summary& time : result.forecast.phase_wall_time_s) sum += time.mean;
  EXPECT_NEAR(sum, result.forecast.wall_time_s.mean, 1e-6 * sum);
  EXPECT_EQ(result.main_phase, 3u);  // two hours
  EXPECT_NEAR(result.forecast.phase_wall_time_s[3].p50, 7200, 120);
  EXPECT_EQ(result.step.time.si(), result.phases[3].main().step.time.si());
}

}  // namespace
}  // namespace sextant::plan
