#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "src/compare/compare.h"
#include "src/compare/pareto.h"
#include "src/scenario/read_scenario.h"
#include "tests/support/fake_plan.h"

namespace sextant::compare {
namespace {

double amount() { return 1e-3 * *rc::gen::inRange(0, 1'000'000); }

std::optional<Objectives> random_objectives() {
  if (*rc::gen::inRange(0, 6) == 0) return std::nullopt;
  const auto small = [] { return static_cast<double>(*rc::gen::inRange(0, 4)); };
  return Objectives{small(), small(), small()};
}

bool no_worse(const Objectives& a, const Objectives& b) {
  return a.time_s <= b.time_s && *a.cost_usd <= *b.cost_usd && *a.energy_j <= *b.energy_j;
}

RC_GTEST_PROP(ParetoLaws, TheSetHasNoDominatedRunAndCoversAllOthers, ()) {
  std::vector<std::optional<Objectives>> runs;
  const int count = *rc::gen::inRange(1, 9);
  for (int i = 0; i < count; ++i) runs.push_back(random_objectives());
  const auto better = dominators(runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const std::size_t j : better[i]) {
      RC_ASSERT(better[j].empty());
      RC_ASSERT(no_worse(*runs[j], *runs[i]) && !no_worse(*runs[i], *runs[j]));
    }
    if (!runs[i] || !better[i].empty()) continue;
    for (const auto& other : runs) {
      RC_ASSERT(!other || !no_worse(*other, *runs[i]) || no_worse(*runs[i], *other));
    }
  }
}

plan::PlanResult random_plan() {
  fixtures::FakeOutcome outcome;
  outcome.steps = *rc::gen::inRange(1, 100'000);
  outcome.nodes = *rc::gen::inRange(1, 3000);
  for (double& part : outcome.parts_s) part = *rc::gen::inRange(0, 3) == 0 ? 0.0 : amount();
  for (const char* state : {"starting", "training", "training_lost", "waiting"}) {
    outcome.states_s.emplace_back(state, 1 + amount());
  }
  outcome.ledger = {{"nodes, training", 1, "node-hour", 1, amount()},
                    {"SageMaker premium", 1, "USD", 1, amount()},
                    {"storage", 1, "GB-month", 1, amount()}};
  return fixtures::fake_plan(outcome);
}

/// Of the summands, which rounding errors are relative to: mixed products cancel.
double size(const std::vector<Driver>& drivers) {
  double largest = 0;
  for (const Driver& driver : drivers) largest = std::max(largest, std::abs(driver.amount));
  return static_cast<double>(drivers.size()) * largest;
}

double sum(const std::vector<Driver>& drivers) {
  double total = 0;
  for (const Driver& driver : drivers) total += driver.amount;
  return total;
}

RC_GTEST_PROP(DriverLaws, SumToTheDifference, ()) {
  const plan::PlanResult run = random_plan(), other = random_plan();
  const auto time = time_drivers(run, other), cost = cost_drivers(run, other);
  const double time_difference = run.forecast.wall_time_s.mean - other.forecast.wall_time_s.mean;
  const double cost_difference = run.forecast.cost_usd->mean - other.forecast.cost_usd->mean;
  const Seconds steps = run.phases[0].batches[0].time() + other.phases[0].batches[0].time();
  RC_ASSERT(std::abs(sum(time) - time_difference) <= 1e-12 * (1 + steps.si() + size(time)));
  RC_ASSERT(std::abs(sum(cost) - cost_difference) <= 1e-12 * (1 + size(cost)));
}

RC_GTEST_PROP(DriverLaws, TurnTheirSignsWithTheRuns, ()) {
  const plan::PlanResult run = random_plan(), other = random_plan();
  const auto there = cost_drivers(run, other), back = cost_drivers(other, run);
  for (std::size_t i = 0; i < there.size(); ++i) {
    RC_ASSERT(std::abs(there[i].amount + back[i].amount) <= 1e-12 * std::abs(there[i].amount));
  }
}

/// The small scenario of the tests with another number of spares.
Candidate candidate(int spares) {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  Candidate result;
  result.label = std::to_string(spares);
  result.scenario =
      scenario::read_scenario(SEXTANT_SOURCE_DIR "/tests/data/good/small.json", catalogue);
  result.scenario.fleet.spares = spares;
  result.scenario.simulation.replicas = 10 + spares;
  result.scenario.simulation.seed = static_cast<std::uint64_t>(7 - spares);
  return result;
}

TEST(CompareLaws, OrderDoesNotChangeAFigure) {
  std::vector<Candidate> candidates{candidate(0), candidate(1), candidate(2)};
  const auto planned = [&] { return compare(candidates, 0, common_simulation(candidates), {}); };
  const Comparison first = planned();
  std::vector<std::size_t> order{0, 1, 2};
  while (std::next_permutation(order.begin(), order.end())) {
    std::vector<Candidate> all;
    for (const std::size_t i : order) all.push_back(candidate(static_cast<int>(i)));
    candidates = all;
    const Comparison again = planned();
    for (std::size_t i = 0; i < order.size(); ++i) {
      EXPECT_EQ(again.runs[i].plan->forecast.digest, first.runs[order[i]].plan->forecast.digest);
    }
  }
}

}  // namespace
}  // namespace sextant::compare
