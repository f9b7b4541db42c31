#pragma once

#include <cstdint>
#include <vector>

#include "src/scenario/training_plan.h"

namespace sextant::plan {

/// A batch of a phase, and from which token of the phase on it is used.
struct BatchLevel {
  std::int64_t from_tokens = 0;
  std::int64_t global_batch = 0;
  std::int64_t sequence_length = 0;

  std::int64_t tokens_per_step() const { return global_batch * sequence_length; }
};

/// The batches that a phase goes through, in order. A ramp of n increments over S sequences has
/// batch start + k · increment once k · S / n sequences have been trained on, as Megatron-LM has.
std::vector<BatchLevel> batch_levels(const scenario::PhasePlan& phase);

/// Steps at each level: a step takes the batch of the moment in which it begins, and the last one
/// may go beyond the phase's tokens. Levels that are not reached, or that a step jumps over, have
/// none.
/// @pre the phase gives tokens or steps
std::vector<std::int64_t> steps_at_levels(const scenario::PhasePlan& phase,
                                          const std::vector<BatchLevel>& levels);

}  // namespace sextant::plan
