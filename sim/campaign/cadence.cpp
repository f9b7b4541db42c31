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

}  // namespace

std::int64_t Cadence::steps() const {
  std::int64_t sum = 0;
  for (const StepRun& run : runs) sum += run.steps;
  return sum;
}

Seconds Cadence::training(std::int64_t first, std::int64_t last) const {
  Seconds sum;
  std::int64_t begin = 0;
  for (const StepRun& run : runs) {
    const std::int64_t end = begin + run.steps;
    const std::int64_t steps = std::min(last, end) - std::max(first, begin);
    if (steps > 0) sum += static_cast<double>(steps) * run.step;
    if (end >= last) break;
    begin = end;
  }
  return sum;
}

Cadence make_cadence(const CampaignPhase& phase, Seconds interval, double step_factor) {
  SEXTANT_ASSERT(!phase.runs.empty(), "a phase without steps");
  Cadence cadence{.runs = phase.runs, .evaluation = phase.evaluation, .costs = phase.checkpoint};
  cadence.evaluation.time *= step_factor;
  for (StepRun& run : cadence.runs) {
    run.step *= step_factor;
    SEXTANT_ASSERT(run.step > Seconds(0) && run.steps >= 1, "{} steps of {} s", run.steps,
                   run.step.si());
  }
  const CheckpointCosts& costs = cadence.costs;
  double steps = std::round(interval / (step_factor * main_run(phase).step));
  if (costs.mode == CheckpointMode::kAsynchronous) {
    const Seconds slowed_step = (1.0 + costs.slowdown) * shortest_step(cadence.runs);
    steps = std::max(steps, std::ceil(costs.write / slowed_step));
  }
  const double at_most = 1e15;  // more steps than any run has
  cadence.steps_per_checkpoint = static_cast<std::int64_t>(std::clamp(steps, 1.0, at_most));
  return cadence;
}

}  // namespace sextant
