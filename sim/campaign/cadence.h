#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sextant/campaign/campaign_phase.h"

namespace sextant {

/// The rhythm of a phase: how long its steps take, and after how many of them it stops to evaluate
/// and to save. Steps are counted from the beginning of the phase.
struct Cadence {
  std::vector<StepRun> runs;
  std::int64_t steps_per_checkpoint = 1;
  EvaluationPauses evaluation;
  CheckpointCosts costs;

  std::int64_t steps() const;
  /// Of the steps from `first` up to `last`, which is not one of them; without pauses.
  Seconds training(std::int64_t first, std::int64_t last) const;
  /// Evaluations after these steps: one that is due after the last of them is among them, one that
  /// was due before the first is not.
  std::int64_t pauses(std::int64_t first, std::int64_t last) const {
    return evaluation.every > 0 ? last / evaluation.every - first / evaluation.every : 0;
  }
  /// At most so many in `steps` consecutive ones.
  std::int64_t most_pauses(std::int64_t steps) const {
    return evaluation.every > 0 ? steps / evaluation.every + 1 : 0;
  }
  /// The first step after `step` at whose end an evaluation is due; beyond all steps if none is.
  std::int64_t next_pause(std::int64_t step) const {
    if (evaluation.every <= 0) return std::numeric_limits<std::int64_t>::max();
    return (step / evaluation.every + 1) * evaluation.every;
  }
};

/// Whole steps per checkpoint that come nearest to the interval, at least one: of the run that
/// takes most of the phase, for a program counts steps. The next asynchronous checkpoint waits for
/// the one before to be durable, so an interval that is too short for the write, at the shortest
/// step of the phase, grows to the first step that is not. `step_factor` multiplies all steps and
/// evaluations.
Cadence make_cadence(const CampaignPhase& phase, Seconds interval, double step_factor = 1);

}  // namespace sextant
