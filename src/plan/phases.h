#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/plan/batch_levels.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// Steps of one batch, forecast.
struct PlannedBatch {
  StepInputs inputs;
  StepProfile step;
  std::int64_t steps = 0;

  Seconds time() const { return static_cast<double>(steps) * step.time; }
};

/// One phase of a run, with everything worked out that does not depend on chance.
struct PlannedPhase {
  scenario::PhasePlan plan;
  std::vector<PlannedBatch> batches;   ///< in order; several where the batch is ramped
  CampaignPhase campaign;              ///< what the simulation needs of it
  double checkpointed_parameters = 0;  ///< of an adapter only its own

  const PlannedBatch& main() const;  ///< the batch that takes most of the time
  std::int64_t steps() const { return campaign.steps(); }
  double tokens() const;
  /// Model FLOPs of all steps over what the accelerators could do in their time, at the 16-bit
  /// peak.
  double mfu() const;
};

/// The step of a scenario that is one phase.
StepInputs step_inputs_of(const scenario::Scenario& scenario);

/// The step of a batch of a phase.
StepInputs step_inputs_at(const scenario::Scenario& scenario, const scenario::PhasePlan& phase,
                          const BatchLevel& level);

/// @throws io::InputError if the calibration does not know the hardware or the software
void require_calibrated(const StepInputs& inputs, const Calibration& calibration);

/// Gives the steps of planned phases other times, before anything follows from these. True: what
/// writes of checkpoints cost the steps is in it.
using Retime = std::function<bool(std::vector<PlannedPhase>&)>;

/// Forecasts the steps of every phase and checks that each can run.
/// @throws InfeasiblePlan naming the phase, if there are several
/// @throws io::InputError if the calibration does not know the hardware or the software
std::vector<PlannedPhase> plan_phases(const scenario::Scenario& scenario,
                                      const Retime& retime = nullptr);

/// Index of the phase that takes most of the time, failures aside.
std::size_t main_phase(const std::vector<PlannedPhase>& phases);

/// The run that the phases make, but for the interval of its checkpoints. `data`: what loading them
/// takes.
CampaignInputs campaign_of(const scenario::Scenario& scenario,
                           const std::vector<PlannedPhase>& phases, const DataCosts& data);

}  // namespace sextant::plan
