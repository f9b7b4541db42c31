#pragma once

#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/campaign/interval.h"

namespace sextant::fixtures {

/// Exponential failures of the whole job, that also hit the recovery; blocking checkpoints. As long
/// as so many mean lives.
inline CampaignInputs renewal_inputs(const RenewalRun& run, double lives) {
  CampaignInputs inputs;
  inputs.duration = lives * run.mean_life;
  inputs.phases = {steady_phase(Seconds(1), 1'000'000'000,
                                {.mode = CheckpointMode::kBlocking, .write = run.cost})};
  inputs.interval = run.interval;
  inputs.failures.job_life = Coefficient<Seconds>{run.mean_life, "", "", Method::kAssumed, {}};
  inputs.recovery.crash_detection.value = Seconds(0);
  inputs.recovery.restart.value = run.recovery;
  return inputs;
}

/// Of ten failures, nine that a restart mends and one that takes the node.
inline std::vector<FailureCause> nine_crashes_to_a_loss() {
  FailureCause crash;
  crash.name = "crash";
  crash.weight.value = 9;
  crash.remedy = Remedy::kRestart;
  FailureCause loss = crash;
  loss.name = "loss";
  loss.weight.value = 1;
  loss.remedy = Remedy::kReplace;
  return {crash, loss};
}

}  // namespace sextant::fixtures
