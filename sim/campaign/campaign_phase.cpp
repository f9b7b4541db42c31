#include "sextant/campaign/campaign_phase.h"

#include <algorithm>

namespace sextant {

std::int64_t CampaignPhase::steps() const {
  std::int64_t sum = 0;
  for (const StepRun& run : runs) sum += run.steps;
  return sum;
}

Seconds CampaignPhase::work() const {
  Seconds sum;
  for (const StepRun& run : runs) sum += static_cast<double>(run.steps) * run.step;
  const std::int64_t pauses = evaluation.every > 0 ? steps() / evaluation.every : 0;
  return sum + static_cast<double>(pauses) * evaluation.time;
}

const StepRun& main_run(const CampaignPhase& phase) {
  const auto time = [](const StepRun& run) { return static_cast<double>(run.steps) * run.step; };
  return *std::max_element(phase.runs.begin(), phase.runs.end(),
                           [&](const StepRun& a, const StepRun& b) { return time(a) < time(b); });
}

CampaignPhase steady_phase(Seconds step, std::int64_t steps, const CheckpointCosts& checkpoint) {
  CampaignPhase phase;
  phase.runs = {{.step = step, .steps = steps}};
  phase.checkpoint = checkpoint;
  return phase;
}

}  // namespace sextant
