#include "src/plan/flowed_phases.h"

namespace sextant::plan {
namespace {

void stretch(StepProfile& step, double factor) {
  step.time *= factor;
  for (Seconds& part : step.breakdown) part *= factor;
  step.mfu /= factor;
  step.hfu /= factor;
}

void slow_down(CampaignPhase& phase, double slowdown) {
  phase.checkpoint.slowdown += slowdown;
  for (CheckpointCosts& costs : phase.growing) costs.slowdown += slowdown;
}

}  // namespace

void take_flowed_steps(const FlowForecast& forecast, std::vector<PlannedPhase>& phases) {
  const double factor = forecast.flow / forecast.replay;
  const PlannedBatch& main = phases[main_phase(phases)].main();
  for (PlannedPhase& phase : phases) {
    for (std::size_t i = 0; i < phase.batches.size(); ++i) {
      PlannedBatch& batch = phase.batches[i];
      const bool is_main = &batch == &main;
      stretch(batch.step, factor);
      if (is_main) batch.step.breakdown = forecast.flow_parts;
      phase.campaign.runs[i].step = batch.step.time;
    }
    if (forecast.beside_checkpoint) slow_down(phase.campaign, forecast.beside_checkpoint->slowdown);
  }
}

}  // namespace sextant::plan
