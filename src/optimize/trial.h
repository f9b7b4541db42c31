#pragma once

#include <cstdint>

#include "src/optimize/answer.h"
#include "src/run/parallel_for.h"

namespace sextant::optimize {

/// Simulates candidates. All meet the same luck: the seed is the scenario's.
class Trials {
 public:
  Trials(const Question& question, const run::ParallelOptions& parallel)
      : question_(question), parallel_(parallel) {}

  /// The scenario with a few replicas: with the optimal interval and the best spares, unless they
  /// are to be kept.
  /// @throws plan::InfeasiblePlan, io::InputError as plan::make_plan
  Candidate first(const scenario::Scenario& scenario, std::int64_t replicas) const;

  /// The same with more replicas. Where spares have been chosen, the interval is chosen once more,
  /// for these spares: then it is what plan::make_plan would answer for candidate.plan.scenario.
  void add_replicas(Candidate& candidate, std::int64_t replicas) const;

 private:
  void choose_spares(Candidate& candidate) const;
  void settle(Candidate& candidate) const;
  void forecast(Candidate& candidate) const;
  void judge(Candidate& candidate) const;
  scenario::Scenario prepared(const scenario::Scenario& scenario) const;

  const Question& question_;
  run::ParallelOptions parallel_;
};

/// What a run takes at least: no failure, no checkpoint, and luck with the step time.
struct Bound {
  Seconds time;       ///< of the luckiest of the replicas
  Usd cost;           ///< of that; 0 where there are no prices, or nodes come and go
  Seconds mean_time;  ///< of the mean over the replicas
  Usd mean_cost;      ///< likewise
  Seconds typical;    ///< at the median step time: no bound
  Usd typical_cost;   ///< likewise
};

/// By six standard deviations of so many replicas.
/// @throws plan::InfeasiblePlan, io::InputError as plan::plan_phases
Bound bound_of(const scenario::Scenario& scenario, std::int64_t replicas);

/// The least that the mean of the objective can be; 0 where nothing is known.
double bound_of(const Objective& objective, const Bound& bound);

}  // namespace sextant::optimize
