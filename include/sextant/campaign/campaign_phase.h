#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Steps that all take equally long.
struct StepRun {
  Seconds step;            ///< one step; median over the uncertainty of its forecast
  std::int64_t steps = 1;  ///< at least 1
  Seconds data_stall{};    ///< of one step: waiting for training data
};

/// Training stops for forward passes over held-out data.
struct EvaluationPauses {
  std::int64_t every = 0;  ///< steps of the phase from one pause to the next; 0: never
  Seconds time;            ///< of one pause
};

/// A part of a run with a layout and a batch of its own. Its runs follow one another without a
/// stop, as the batch sizes of a ramp do. It ends with a checkpoint that is waited for.
struct CampaignPhase {
  std::vector<StepRun> runs;  ///< at least one
  EvaluationPauses evaluation;
  /// Ends after so much wall time, with as many steps as fit. Absent: when all steps are done.
  std::optional<Seconds> duration;
  CheckpointCosts checkpoint;  ///< in the store, which survives everything
  /// The same while the store has fewer partitions than the load makes it have in the end: as many
  /// as at first, twice as many … Empty: it has them from the beginning.
  std::vector<CheckpointCosts> growing;
  std::vector<FasterTier> faster;  ///< besides the store, fastest first; the same in all phases
  /// Begins with a planned stop: the processes start again and read the checkpoint.
  bool restarts = false;
  /// There is something to read before the first step of the run: the weights to be tuned.
  bool reads_weights = false;

  std::int64_t steps() const;
  /// Work and evaluations of all steps, without checkpoints, stops and failures.
  Seconds work() const;
};

/// The run that takes most of the phase's time.
const StepRun& main_run(const CampaignPhase& phase);

/// The phase of a run that is the same from its first step to its last.
CampaignPhase steady_phase(Seconds step, std::int64_t steps, const CheckpointCosts& checkpoint);

}  // namespace sextant
