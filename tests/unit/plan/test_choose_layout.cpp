#include "src/plan/choose_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/plan/feasibility.h"
#include "src/plan/infeasible.h"
#include "src/plan/phases.h"
#include "src/scenario/read_scenario.h"

namespace sextant::plan {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

scenario::Scenario shipped(const std::string& name) {
  catalog::Catalogue catalogue(kData + "models");
  return scenario::read_scenario(kData + "good/" + name, catalogue);
}

search::SearchOptions two_threads() {
  search::SearchOptions options;
  options.parallel.threads = 2;
  return options;
}

TEST(ChooseLayout, IsNoSlowerThanTheLayoutOfTheScenario) {
  const scenario::Scenario scenario = shipped("small.json");
  const ChosenLayouts chosen = choose_layouts(scenario, two_threads());
  ASSERT_THAT(chosen.phases, SizeIs(1));
  const auto& replayed = chosen.phases[0].replayed;
  ASSERT_FALSE(replayed.empty());
  for (std::size_t i = 1; i < replayed.size(); ++i) {
    EXPECT_LE(replayed[i - 1].time, replayed[i].time);
  }
  const std::vector<PlannedPhase> before = plan_phases(scenario);
  const std::vector<PlannedPhase> after = plan_phases(chosen.scenario);
  EXPECT_LE(after[0].main().step.time, before[0].main().step.time);
  EXPECT_EQ(after[0].main().step.time, replayed.front().time);
}

TEST(ChooseLayout, ChoosesForEveryPhaseAndItsBatches) {
  const ChosenLayouts chosen = choose_layouts(shipped("phases.json"), two_threads());
  EXPECT_THAT(chosen.phases, SizeIs(4));
  EXPECT_THAT(plan_phases(chosen.scenario), SizeIs(4));  // all batches divide and fit
}

/// Short sequences first: what is best for the long ones at the end would waste most of the phase.
TEST(ChooseLayout, CountsTheStepsOfAllBatches) {
  scenario::Scenario scenario = shipped("small.json");
  scenario::TrainingPlan& training = scenario.training;
  training.tokens = 10e9;
  training.sequence_length = 65536;
  training.global_batch = 8;
  training.batch_stages = {{.from_tokens = 0, .global_batch = 128, .sequence_length = 1024},
                           {.from_tokens = 9.9e9, .global_batch = 8, .sequence_length = 65536}};
  const auto work_of = [](const scenario::Scenario& planned) {
    return plan_phases(planned).front().campaign.work();
  };
  const PhaseLayouts found = search_phase(scenario, training, two_threads());
  ASSERT_GT(found.replayed.size(), 1u);
  Seconds before;
  for (const search::FoundLayout& layout : found.replayed) {
    training.layout = layout.layout;
    EXPECT_GE(work_of(scenario), before);
    before = work_of(scenario);
  }
  training.layout = found.replayed.front().layout;
  const Seconds best = work_of(scenario);
  scenario::Scenario last_only = scenario;
  last_only.training.batch_stages.clear();
  training.layout = search_phase(last_only, last_only.training, two_threads()).replayed[0].layout;
  EXPECT_LE(best, work_of(scenario));
}

TEST(ChooseLayout, SaysWhatIsMissing) {
  scenario::Scenario scenario = shipped("small.json");
  scenario.model.value.layers *= 1000;
  try {
    choose_layouts(scenario, two_threads());
    FAIL() << "fits";
  } catch (const InfeasiblePlan& infeasible) {
    EXPECT_THAT(infeasible.what(), HasSubstr("no layout fits in memory"));
    EXPECT_THAT(infeasible.what(), HasSubstr("the least that any layout needs is"));
    EXPECT_THAT(infeasible.what(), HasSubstr("more nodes"));
  }
}

TEST(ChooseLayout, NamesWhatDoesNotDivide) {
  scenario::Scenario scenario = shipped("small.json");
  scenario.training.global_batch = 1;
  scenario.model.value.heads = 1;
  scenario.model.value.kv_heads = 1;
  scenario.model.value.layers = 1;
  scenario.cluster.nodes = 7;
  try {
    choose_layouts(scenario, two_threads());
    FAIL() << "divides";
  } catch (const InfeasiblePlan& infeasible) {
    EXPECT_THAT(infeasible.what(), HasSubstr("no layout divides the run"));
  }
}

TEST(ChooseLayout, MayBeStopped) {
  search::SearchOptions options = two_threads();
  options.stopped = [] { return true; };
  try {
    choose_layouts(shipped("small.json"), options);
    FAIL() << "found one";
  } catch (const InfeasiblePlan& infeasible) {
    EXPECT_THAT(infeasible.what(), HasSubstr("stopped before it found a layout"));
  }
}

}  // namespace
}  // namespace sextant::plan
