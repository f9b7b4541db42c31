#include "src/govern/fabric_jobs.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "src/scenario/read_governance.h"

namespace sextant::govern {
namespace {

const std::string kSource = SEXTANT_SOURCE_DIR;

/// Steps of jobs that end at the given times, as one activity each.
std::pair<StepFlows, FlowResult> steps_that_end(const std::vector<std::vector<double>>& ends) {
  StepFlows flows;
  FlowResult result;
  for (std::size_t job = 0; job < ends.size(); ++job) {
    for (std::size_t step = 0; step < ends[job].size(); ++step) {
      flows.notes.push_back(
          {.job = static_cast<std::int32_t>(job), .step = static_cast<std::int32_t>(step)});
      result.end.push_back(ends[job][step]);
    }
  }
  return {flows, result};
}

TEST(MeanSteps, AreTheStepsWhereAllTakeTheSame) {
  const auto [flows, result] = steps_that_end({{2, 4, 6}, {3, 6}});
  const std::vector<Seconds> means = mean_steps(flows, result, 2);
  EXPECT_DOUBLE_EQ(means[0].si(), 2);
  EXPECT_DOUBLE_EQ(means[1].si(), 3);
}

TEST(MeanSteps, CountAStepUnderWayByItsShare) {
  // When the first is done, at 6, the second has done one step and half of another.
  const auto [flows, result] = steps_that_end({{3, 6}, {4, 8}});
  EXPECT_DOUBLE_EQ(mean_steps(flows, result, 2)[1].si(), 4);
}

TEST(MeanSteps, LeaveOutWhatComesWhenAJobIsGone) {
  // Alone at last, the second is faster: that does not count.
  const auto [flows, result] = steps_that_end({{5, 10}, {10, 12}});
  EXPECT_DOUBLE_EQ(mean_steps(flows, result, 2)[1].si(), 10);
}

TEST(MeanSteps, LookAtNoTrafficOfOthers) {
  auto [flows, result] = steps_that_end({{2, 4}});
  flows.notes.push_back({.job = -1});
  result.end.push_back(100);
  EXPECT_DOUBLE_EQ(mean_steps(flows, result, 1)[0].si(), 2);
}

TEST(TrainingSteps, AreThoseOfThePlan) {
  catalog::Catalogue catalogue{kSource + "/tests/data/models"};
  const auto scenario =
      scenario::read_governance(kSource + "/tests/data/governance/fabric.json", catalogue);
  const std::vector<TrainingStep> steps = training_steps(scenario);
  ASSERT_EQ(steps.size(), 1u);  // one file, two jobs
  EXPECT_EQ(steps[0].nodes, 4);
  EXPECT_EQ(steps[0].accelerators, 16);
  EXPECT_EQ(steps[0].inputs.global_batch, 64);
  EXPECT_GT(steps[0].replay, Seconds(0));
}

}  // namespace
}  // namespace sextant::govern
