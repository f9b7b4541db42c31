#include "src/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "src/compare/pareto.h"
#include "src/plan/purchase.h"
#include "src/run/interrupt.h"

namespace sextant::compare {
namespace {

/// A candidate whose layout is to be chosen has the best one.
void choose_layout(ComparedRun& run, const run::ParallelOptions& parallel) {
  run::begin_phase(parallel, "layouts", 0);
  const search::SearchOptions options{.parallel = {.threads = parallel.threads}};
  plan::ChosenLayouts chosen = plan::choose_layouts(run.scenario, options);
  run.layouts = std::move(chosen.phases);
  run.scenario = std::move(chosen.scenario);
}

void mark_interrupted(ComparedRun& run) {
  run.interrupted = true;
  run.obstacles = {{.reason = "interrupted before its first replica",
                    .details = {},
                    .remedies = {"let it run to its end, or ask for fewer --replicas"}}};
}

ComparedRun run_of(const Candidate& candidate, const scenario::SimulationPlan& simulation,
                   const run::ParallelOptions& parallel) {
  ComparedRun run{.label = candidate.label,
                  .scenario = candidate.scenario,
                  .notes = candidate.notes,
                  .layouts = {},
                  .plan = {},
                  .obstacles = candidate.obstacles,
                  .interrupted = false,
                  .dominated_by = {}};
  if (!run.obstacles.empty()) return run;
  if (parallel.stopped && parallel.stopped(0)) {
    mark_interrupted(run);
    return run;
  }
  run.scenario.simulation = simulation;
  try {
    if (candidate.choose_layout) choose_layout(run, parallel);
    run.plan = plan::make_plan(run.scenario, parallel);
    run.plan->files = candidate.files;
  } catch (const plan::InfeasiblePlan& infeasible) {
    run.obstacles = infeasible.obstacles();
  } catch (const run::Interrupted&) {
    mark_interrupted(run);
  }
  return run;
}

void mark_dominated(std::vector<ComparedRun>& runs) {
  std::vector<std::optional<Objectives>> objectives;
  for (const ComparedRun& run : runs) {
    auto& values = objectives.emplace_back();
    if (!run.plan) continue;
    const plan::Forecast& forecast = run.plan->forecast;
    values = Objectives{.time_s = forecast.wall_time_s.mean};
    if (forecast.cost_usd) values->cost_usd = forecast.cost_usd->mean;
    if (forecast.energy_j) values->energy_j = forecast.energy_j->mean;
  }
  std::vector<std::vector<std::size_t>> better = dominators(objectives);
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].dominated_by = std::move(better[i]);
}

std::optional<std::size_t> working_baseline(const std::vector<ComparedRun>& runs,
                                            std::size_t wanted) {
  if (runs[wanted].plan) return wanted;
  const auto first = std::find_if(runs.begin(), runs.end(),
                                  [](const ComparedRun& run) { return run.plan.has_value(); });
  if (first == runs.end()) return std::nullopt;
  return static_cast<std::size_t>(first - runs.begin());
}

std::vector<RunDifference> differences(const std::vector<ComparedRun>& runs, std::size_t baseline) {
  const plan::PlanResult& other = *runs[baseline].plan;
  std::vector<RunDifference> all;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i == baseline || !runs[i].plan) continue;
    const plan::PlanResult& result = *runs[i].plan;
    all.push_back({.run = i,
                   .forecast = plan::difference(result.forecast, other.forecast),
                   .time_drivers = time_drivers(result, other),
                   .cost_drivers = cost_drivers(result, other)});
  }
  return all;
}

}  // namespace

std::optional<double> ComparedRun::mean_node_power_w() const {
  if (!plan || !plan->forecast.energy_j) return std::nullopt;
  const auto nodes = static_cast<double>(plan::rented_nodes(plan->scenario));
  return plan->forecast.energy_j->mean / (nodes * plan->forecast.wall_time_s.mean);
}

scenario::SimulationPlan common_simulation(const std::vector<Candidate>& candidates) {
  scenario::SimulationPlan common = candidates.front().scenario.simulation;
  for (const Candidate& candidate : candidates) {
    const scenario::SimulationPlan& own = candidate.scenario.simulation;
    common.replicas = std::max(common.replicas, own.replicas);
    common.seed = std::min(common.seed, own.seed);
  }
  common.max_replicas = std::max(common.max_replicas, common.replicas);
  common.tolerance.reset();
  return common;
}

Comparison compare(const std::vector<Candidate>& candidates, std::size_t baseline,
                   const scenario::SimulationPlan& simulation,
                   const run::ParallelOptions& parallel) {
  Comparison comparison;
  for (const Candidate& candidate : candidates) {
    run::ParallelOptions named = parallel;
    named.phase = [&](const std::string& what, std::int64_t total) {
      run::begin_phase(parallel, fmt::format("{} of {}", what, candidate.label), total);
    };
    comparison.runs.push_back(run_of(candidate, simulation, named));
  }
  mark_dominated(comparison.runs);
  comparison.baseline = working_baseline(comparison.runs, baseline);
  if (comparison.baseline) {
    comparison.differences = differences(comparison.runs, *comparison.baseline);
  }
  return comparison;
}

}  // namespace sextant::compare
