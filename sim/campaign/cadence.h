#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sextant/campaign/campaign_phase.h"

namespace sextant {

/// How often a tier besides the store saves, and what that costs.
struct TierCadence {
  CheckpointCosts costs;
  std::int64_t every = 1;  ///< segments between two of its checkpoints
};

/// The rhythm of a phase: how long its steps take, and after how many of them it stops to evaluate
/// and to save. Steps are counted from the beginning of the phase. A segment is what is trained
/// between two checkpoints of the fastest tier; the others, the store among them, save after every
/// so many segments.
struct Cadence {
  std::vector<StepRun> runs;
  std::int64_t steps_per_checkpoint = 1;  ///< of the fastest tier: a segment
  EvaluationPauses evaluation;
  CheckpointCosts costs;              ///< of the store
  std::int64_t store_every = 1;       ///< segments between two checkpoints in the store
  std::vector<TierCadence> faster{};  ///< tiers besides the store, fastest first

  std::int64_t steps() const;
  /// Of the steps from `first` up to `last`, which is not one of them; without pauses.
  Seconds training(std::int64_t first, std::int64_t last) const;
  /// Of that, waiting for training data.
  Seconds data_stall(std::int64_t first, std::int64_t last) const;
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
/// evaluations. `faster_intervals` are those of the phase's faster tiers, `interval` that of the
/// store; a tier that is not the fastest saves with the segment nearest to its interval, after one
/// at least, and likewise after as many as its write takes.
Cadence make_cadence(const CampaignPhase& phase, Seconds interval, double step_factor = 1,
                     std::span<const Seconds> faster_intervals = {});

}  // namespace sextant
