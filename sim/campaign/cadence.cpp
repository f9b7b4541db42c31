#include "sim/campaign/cadence.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

Seconds shortest_step(const std::vector<StepRun>& runs) {
  return std::min_element(runs.begin(), runs.end(),
                          [](const StepRun& a, const StepRun& b) { return a.step < b.step; })
      ->step;
}

/// Of a step, or of a segment of steps.
struct StepTimes {
  Seconds main;      ///< in the run that takes most of the phase
  Seconds shortest;  ///< in any of them

  friend StepTimes operator*(double steps, const StepTimes& times) {
    return {.main = steps * times.main, .shortest = steps * times.shortest};
  }
};

/// Steps between two checkpoints of a tier, or segments if those are what is counted.
std::int64_t steps_per_save(const CheckpointCosts& costs, Seconds interval, const StepTimes& step) {
  double steps = std::round(interval / step.main);
  if (costs.mode == CheckpointMode::kAsynchronous) {
    steps = std::max(steps, std::ceil(costs.write / ((1.0 + costs.slowdown) * step.shortest)));
  }
  const double at_most = 1e15;  // more steps than any run has
  return static_cast<std::int64_t>(std::clamp(steps, 1.0, at_most));
}

Seconds sum_over_steps(const std::vector<StepRun>& runs, std::int64_t first, std::int64_t last,
                       Seconds StepRun::*time) {
  Seconds sum;
  std::int64_t begin = 0;
  for (const StepRun& run : runs) {
    const std::int64_t end = begin + run.steps;
    const std::int64_t steps = std::min(last, end) - std::max(first, begin);
    if (steps > 0) sum += static_cast<double>(steps) * run.*time;
    if (end >= last) break;
    begin = end;
  }
  return sum;
}

}  // namespace

std::int64_t Cadence::steps() const {
  std::int64_t sum = 0;
  for (const StepRun& run : runs) sum += run.steps;
  return sum;
}

Seconds Cadence::training(std::int64_t first, std::int64_t last) const {
  return sum_over_steps(runs, first, last, &StepRun::step);
}

Seconds Cadence::data_stall(std::int64_t first, std::int64_t last) const {
  return sum_over_steps(runs, first, last, &StepRun::data_stall);
}

Cadence make_cadence(const CampaignPhase& phase, Seconds interval, double step_factor,
                     std::span<const Seconds> faster_intervals) {
  SEXTANT_ASSERT(!phase.runs.empty(), "a phase without steps");
  SEXTANT_ASSERT(faster_intervals.size() == phase.faster.size(), "{} intervals for {} tiers",
                 faster_intervals.size(), phase.faster.size());
  Cadence cadence{.runs = phase.runs, .evaluation = phase.evaluation, .costs = phase.checkpoint};
  cadence.evaluation.time *= step_factor;
  for (StepRun& run : cadence.runs) {
    run.step *= step_factor;
    run.data_stall *= step_factor;
    SEXTANT_ASSERT(run.step > Seconds(0) && run.steps >= 1, "{} steps of {} s", run.steps,
                   run.step.si());
  }
  const StepTimes steps{.main = step_factor * main_run(phase).step,
                        .shortest = shortest_step(cadence.runs)};
  if (phase.faster.empty()) {
    cadence.steps_per_checkpoint = steps_per_save(phase.checkpoint, interval, steps);
    return cadence;
  }
  cadence.steps_per_checkpoint =
      steps_per_save(phase.faster.front().costs, faster_intervals.front(), steps);
  const StepTimes segments = static_cast<double>(cadence.steps_per_checkpoint) * steps;
  for (std::size_t i = 0; i < phase.faster.size(); ++i) {
    const CheckpointCosts& costs = phase.faster[i].costs;
    const std::int64_t every = i == 0 ? 1 : steps_per_save(costs, faster_intervals[i], segments);
    cadence.faster.push_back({.costs = costs, .every = every});
  }
  cadence.store_every = steps_per_save(phase.checkpoint, interval, segments);
  return cadence;
}

}  // namespace sextant
