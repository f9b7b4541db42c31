#include "src/plan/ideal.h"

#include <fmt/format.h>

#include <algorithm>

#include "sextant/training/parameters.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

/// FLOPs per parameter and token.
int flops_per_weight(const Tuning& tuning) {
  return (tuning.lora() ? 4 : 6) + (tuning.reference_model ? 2 : 0);
}

/// Of all steps together.
double forecast_mfu(const std::vector<PlannedPhase>& phases) {
  double weighted = 0;
  double time = 0;
  for (const PlannedPhase& phase : phases) {
    for (const PlannedBatch& batch : phase.batches) {
      weighted += batch.step.mfu * batch.time().si();
      time += batch.time().si();
    }
  }
  return weighted / time;
}

std::string formula_of(const std::vector<PlannedPhase>& phases) {
  const int first = flops_per_weight(phases.front().plan.tuning);
  const bool same = std::all_of(phases.begin(), phases.end(), [&](const PlannedPhase& phase) {
    return flops_per_weight(phase.plan.tuning) == first;
  });
  return fmt::format("{}·N·D", same ? std::to_string(first) : "Σ k");
}

}  // namespace

std::optional<IdealRun> ideal_run(const scenario::Scenario& scenario,
                                  const std::vector<PlannedPhase>& phases) {
  IdealRun ideal;
  ideal.parameters = active_parameters(*scenario.model);
  Flops work;
  for (const PlannedPhase& phase : phases) {
    if (phase.plan.duration) return std::nullopt;
    ideal.tokens += phase.tokens();
    work += Flops(flops_per_weight(phase.plan.tuning) * ideal.parameters * phase.tokens());
  }
  ideal.mfu_is_stated = scenario.training.stated_mfu.has_value();
  ideal.mfu = scenario.training.stated_mfu.value_or(forecast_mfu(phases));
  ideal.formula = formula_of(phases);
  const StepInputs& inputs = phases.front().batches.front().inputs;
  const FlopsPerSecond peak =
      static_cast<double>(inputs.accelerators) * inputs.node.accelerator.peak_16bit.value;
  ideal.wall_time = work / (ideal.mfu * peak);
  if (const auto price = node_price_of(scenario)) {
    const auto ratio = premium_of(scenario);
    ideal.cost = static_cast<double>(scenario.cluster.nodes) * (ratio ? ratio->value : 1.0) *
                 (ideal.wall_time * price->value);
  }
  return ideal;
}

}  // namespace sextant::plan
