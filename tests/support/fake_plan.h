#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "src/plan/plan.h"

namespace sextant::fixtures {

/// What a plan came to, as far as comparisons look at it.
struct FakeOutcome {
  std::int64_t steps = 100;
  std::array<double, kStepParts> parts_s{};  ///< of one step
  std::vector<std::pair<std::string, double>> states_s{};
  std::vector<LedgerItem> ledger{};
  int nodes = 1;
};

/// A plan whose mean wall time is the sum of its states, and whose mean cost that of its bill.
inline plan::PlanResult fake_plan(const FakeOutcome& outcome) {
  plan::PlanResult result;
  result.scenario.cluster.nodes = outcome.nodes;
  plan::PlannedBatch batch;
  batch.steps = outcome.steps;
  for (std::size_t i = 0; i < kStepParts; ++i) {
    batch.step.breakdown[i] = Seconds(outcome.parts_s[i]);
    batch.step.time += Seconds(outcome.parts_s[i]);
  }
  result.phases.emplace_back().batches.push_back(batch);
  plan::Forecast& forecast = result.forecast;
  double wall_time_s = 0;
  const auto mean = [](double value) {
    Summary summary{};
    summary.mean = value;
    return summary;
  };
  for (const auto& [name, time] : outcome.states_s) {
    forecast.goodput_s.emplace_back(name, mean(time));
    wall_time_s += time;
  }
  forecast.wall_time_s = mean(wall_time_s);
  forecast.ledger = outcome.ledger;
  forecast.cost_usd = mean(total(outcome.ledger).si());
  return result;
}

}  // namespace sextant::fixtures
