#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

#include "src/plan/choose_layout.h"
#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"
#include "tests/support/small_question.h"

namespace sextant::optimize {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();
/// Layouts whose steps take as long as one another differ by what their checkpoints happen to meet.
constexpr double kSameLayout = 2e-3;

template <class T>
std::vector<T> some_of(const std::vector<T>& all) {
  std::vector<T> some;
  for (const T& one : all) {
    if (*rc::gen::arbitrary<bool>()) some.push_back(one);
  }
  if (some.empty()) some.push_back(all.front());
  return some;
}

Question random_question(catalog::Catalogue& catalogue) {
  Question question;
  question.scenario = fixtures::busy_scenario(catalogue, 2, *rc::gen::element(32, 48, 64));
  question.scenario.simulation.seed = *rc::gen::inRange<std::uint64_t>(0, 1000);
  question.objective.terms = {
      {*rc::gen::element(Quantity::kCost, Quantity::kTime, Quantity::kEnergy, Quantity::kCo2e)}};
  question.space.keep_interval = *rc::gen::inRange(0, 16) > 0;
  question.space.instances = some_of<std::string>({"box", "box_fp8"});
  if (question.objective.terms.front().quantity == Quantity::kCost) {
    question.space.instances = {"box"};
  }
  question.space.nodes = some_of<int>({1, 2, 4});
  question.space.spares = some_of<int>({0, 1});
  return question;
}

double objective_of(const Question& question, const scenario::Scenario& scenario) {
  try {
    const plan::PlanResult plan = plan::make_bare_plan(scenario);
    const Standing standing =
        standing_of(question.limits, plan.forecast, plan::rented_nodes(scenario));
    return standing.kept() ? values_of(question.objective, plan.forecast)->moments().mean() : kNone;
  } catch (const plan::InfeasiblePlan&) {
    return kNone;
  }
}

/// Every choice, planned: with its best layout, and with any of its best ten.
struct BruteForce {
  double best_layouts = kNone;
  double any_layouts = kNone;
};

BruteForce brute_force(const Question& question, catalog::Catalogue& catalogue) {
  BruteForce found;
  for (const std::string& instance : question.space.instances) {
    for (const int nodes : question.space.nodes) {
      for (const plan::Variation& choice : choices_at(question.space, instance, nodes)) {
        try {
          scenario::Scenario scenario = plan::varied(question.scenario, choice, catalogue).scenario;
          plan::require_purchase(scenario);
          if (!question.space.keep_interval) scenario.checkpoint.interval = IntervalRule::kOptimal;
          const auto layouts = plan::search_phase(scenario, scenario.training, {}).replayed;
          for (std::size_t i = 0; i < layouts.size(); ++i) {
            scenario.training.layout = layouts[i].layout;
            const double objective = objective_of(question, scenario);
            found.any_layouts = std::min(found.any_layouts, objective);
            if (i == 0) found.best_layouts = std::min(found.best_layouts, objective);
          }
        } catch (const plan::InfeasiblePlan&) {
        } catch (const io::InputError&) {
        }
      }
    }
  }
  return found;
}

double optimum(const Question& question, catalog::Catalogue& catalogue) {
  const Answer answer = optimize(question, catalogue);
  return answer.best.empty() ? kNone : answer.best.front().candidate.value();
}

RC_GTEST_PROP(Optimum, IsThatOfBruteForce, ()) {
  catalog::Catalogue catalogue = fixtures::test_catalogue();
  const Question question = random_question(catalogue);
  const BruteForce all = brute_force(question, catalogue);
  const double best = optimum(question, catalogue);
  RC_ASSERT(best <= all.best_layouts);
  RC_ASSERT(best >= all.any_layouts);
}

RC_GTEST_PROP(Optimum, AnotherLimitNeverImprovesIt, ()) {
  catalog::Catalogue catalogue = fixtures::test_catalogue();
  Question question = random_question(catalogue);
  const double unlimited = optimum(question, catalogue);
  RC_PRE(unlimited < kNone);
  const auto days = [] { return 0.01 * *rc::gen::inRange(50, 1000) * kDay; };
  question.limits.deadline = days();
  const double limited = optimum(question, catalogue);
  RC_ASSERT(limited >= unlimited * (1 - kSameLayout));
  question.limits.nodes = *rc::gen::inRange(1, 7);
  const double more_limited = optimum(question, catalogue);
  RC_ASSERT(more_limited >= limited * (1 - kSameLayout));
  question.limits.deadline = *question.limits.deadline + days();
  question.limits.nodes = *question.limits.nodes + 1;
  RC_ASSERT(optimum(question, catalogue) <= more_limited * (1 + kSameLayout));
}

}  // namespace
}  // namespace sextant::optimize
