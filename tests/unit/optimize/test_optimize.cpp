#include "src/optimize/optimize.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/optimize/reasons.h"
#include "tests/support/small_question.h"

namespace sextant::optimize {
namespace {

class Optimize : public testing::Test {
 protected:
  Answer ask(const OptimizeOptions& options = {}) {
    return optimize::optimize(question, catalogue, options);
  }

  void SetUp() override {
    question.scenario = fixtures::busy_scenario(catalogue);
    question.space.keep_interval = true;  // finding one takes longest
  }

  catalog::Catalogue catalogue = fixtures::test_catalogue();
  Question question;
};

std::int64_t dropped(const Answer& answer, DropReason reason) {
  return std::count_if(answer.dropped.begin(), answer.dropped.end(),
                       [&](const Dropped& one) { return one.reason == reason; });
}

TEST_F(Optimize, PlansTheBestAsPlanDoes) {
  question.space.keep_interval = false;
  const Answer answer = ask();
  ASSERT_EQ(answer.best.size(), 10u);
  EXPECT_TRUE(answer.complete);
  const Candidate& best = answer.best.front().candidate;
  const plan::PlanResult planned = plan::make_plan(best.plan.scenario);
  EXPECT_EQ(planned.interval.chosen_by, "optimal");
  EXPECT_EQ(planned.forecast.digest, best.plan.forecast.digest);
  EXPECT_EQ(planned.forecast.cost_usd->mean, best.value());
  for (const Ranked& ranked : answer.best) EXPECT_GE(ranked.candidate.value(), best.value());
}

TEST_F(Optimize, NeverWorseThanTheScenarioAsItIs) {
  const double as_it_is = plan::make_plan(question.scenario).forecast.cost_usd->mean;
  EXPECT_LT(ask().best.front().candidate.value(), as_it_is);
}

TEST_F(Optimize, KeepsWhatItIsToldToKeep) {
  question.space.keep_layout = question.space.keep_spares = true;
  const Answer answer = ask();
  ASSERT_EQ(answer.best.size(), 1u);
  const plan::PlanResult& plan = answer.best.front().candidate.plan;
  EXPECT_EQ(plan.scenario.fleet.spares, 1);
  EXPECT_EQ(io::to_text(io::write_value(plan.scenario.training)),
            io::to_text(io::write_value(question.scenario.training)));
}

TEST_F(Optimize, CountsWhatDropsOut) {
  question.space.instances = {"box", "box_fp8"};
  question.space.nodes = {2, 4, 17, 64};
  question.limits.nodes = 20;
  const Answer answer = ask();
  EXPECT_EQ(dropped(answer, DropReason::kQuota), 2);  // 64 of each
  EXPECT_EQ(dropped(answer, DropReason::kUnknown) + dropped(answer, DropReason::kNotSold),
            3);                                        // nobody sells box_fp8
  EXPECT_EQ(dropped(answer, DropReason::kLayout), 1);  // 17 nodes
  EXPECT_EQ(answer.clusters, 3);
  EXPECT_FALSE(answer.best.empty());
}

TEST_F(Optimize, SaysWhatIsNearestWhereNothingIsFeasible) {
  question.limits.deadline = Seconds(1);
  const Answer answer = ask();
  EXPECT_TRUE(answer.best.empty());
  EXPECT_GE(dropped(answer, DropReason::kDeadline), 1);
  question.limits.deadline =
      2.0 * plan::make_plan(question.scenario).forecast.wall_time_s.mean / 3.0 * Seconds(1);
  question.space.keep_layout = true;
  const Answer near = ask();
  EXPECT_TRUE(near.best.empty());
  EXPECT_GE(dropped(near, DropReason::kDeadline), 1);
}

TEST_F(Optimize, SaysWhatADeadlineCosts) {
  question.space.nodes = {2, 4};
  const Answer free = ask();
  question.objective.terms = {{Quantity::kTime}};
  const double fastest = ask().best.front().candidate.value();
  question.objective.terms = {Objective::Term{}};
  question.limits.deadline = Seconds(1.15 * fastest);
  question.limits.probability = 0.5;
  const Answer tight = ask();
  ASSERT_FALSE(tight.best.empty());
  EXPECT_EQ(tight.best.front().candidate.plan.scenario.cluster.nodes, 4);
  EXPECT_GT(tight.best.front().candidate.value(), free.best.front().candidate.value());
  EXPECT_EQ(tight.relaxations.front().limit, Limit::kDeadline);
}

TEST_F(Optimize, StopsWithTheBestSoFar) {
  question.space.nodes = {1, 2, 4};
  int asked = 0;
  const auto stop_soon = [&] { return ++asked > 3; };
  std::vector<std::string> told;
  const Answer answer = ask(
      {.parallel = {.threads = 1}, .stopped = stop_soon, .improved = [&](const Candidate& best) {
         told.push_back(label_of(best.plan.scenario));
       }});
  EXPECT_FALSE(answer.complete);
  ASSERT_FALSE(answer.best.empty());
  EXPECT_EQ(told.back(), label_of(answer.best.front().candidate.plan.scenario));
  EXPECT_GT(answer.unfinished, 0);
}

TEST_F(Optimize, TheFactorsOfAReasonMultiplyToTheRatio) {
  question.space.nodes = {1, 4};
  question.space.spares = {0, 2};
  for (const Quantity quantity : {Quantity::kCost, Quantity::kTime, Quantity::kEnergy}) {
    question.objective.terms = {{quantity}};
    const Answer answer = ask();
    const Candidate& best = answer.best.front().candidate;
    for (std::size_t i = 1; i < answer.best.size(); ++i) {
      double product = 1;
      for (const Factor& factor : answer.best[i].reason->factors) product *= factor.ratio;
      EXPECT_NEAR(product, answer.best[i].candidate.value() / best.value(), 3e-3);
    }
  }
}

TEST_F(Optimize, RefusesNamesThatNobodyKnows) {
  question.space.instances = {"crate"};
  EXPECT_THROW(ask(), io::InputError);
}

}  // namespace
}  // namespace sextant::optimize
