#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/catalog/catalogue.h"
#include "src/compare/drivers.h"
#include "src/plan/choose_layout.h"
#include "src/plan/difference.h"
#include "src/plan/infeasible.h"
#include "src/plan/plan.h"
#include "src/run/parallel_for.h"
#include "src/scenario/scenario.h"

namespace sextant::compare {

/// A scenario that takes part.
struct Candidate {
  std::string label;
  scenario::Scenario scenario;
  std::vector<std::string> notes;  ///< what had to change with what was asked for
  bool choose_layout = false;      ///< the best one is searched; else the scenario's own is kept
  std::vector<plan::Obstacle> obstacles;  ///< why it cannot work, where that is known already
  std::vector<catalog::UsedFile> files;   ///< that were read for it
};

/// What became of a candidate. Without a plan it cannot work, and `obstacles` say why.
struct ComparedRun {
  std::string label;
  scenario::Scenario scenario;
  std::vector<std::string> notes;
  std::vector<plan::PhaseLayouts> layouts;  ///< of each phase; empty: it kept its own
  std::optional<plan::PlanResult> plan;
  std::vector<plan::Obstacle> obstacles;
  bool interrupted = false;  ///< a signal came before its first replica; `obstacles` say so
  /// Runs of the Pareto set over mean time, cost and energy that are better. Empty: it is in it.
  std::vector<std::size_t> dominated_by;

  /// Mean electrical power of a rented node at the meter of the building [W]. Absent where no
  /// energy is forecast.
  std::optional<double> mean_node_power_w() const;
};

/// A run less the baseline, on common random numbers.
struct RunDifference {
  std::size_t run = 0;
  plan::ForecastDifference forecast;
  std::vector<Driver> time_drivers;
  std::vector<Driver> cost_drivers;
};

struct Comparison {
  std::vector<ComparedRun> runs;  ///< as the candidates
  /// The run that the others are held against; absent if none can work.
  std::optional<std::size_t> baseline;
  std::vector<RunDifference> differences;  ///< of every other run that can work
};

/// Replicas and seed that all of them take, so that they meet the same luck: the most replicas that
/// one asks for, and the smallest seed. It does not depend on their order.
scenario::SimulationPlan common_simulation(const std::vector<Candidate>& candidates);

/// Plans all candidates with the same `simulation`. A figure of one does not depend on the others.
/// If the candidate `baseline` cannot work, the first one that can takes its place. The progress of
/// `parallel` counts replicas over all candidates.
Comparison compare(const std::vector<Candidate>& candidates, std::size_t baseline,
                   const scenario::SimulationPlan& simulation,
                   const run::ParallelOptions& parallel);

}  // namespace sextant::compare
