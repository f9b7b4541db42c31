#include "src/plan/batch_levels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sextant::plan {
namespace {

constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

/// For 0 and above.
std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0); }

std::int64_t whole_tokens(double tokens) {
  constexpr double kMost = 9e18;
  return static_cast<std::int64_t>(std::min(std::ceil(tokens), kMost));
}

std::vector<BatchLevel> levels_of_ramp(const scenario::PhasePlan& phase) {
  const scenario::BatchRamp& ramp = *phase.batch_ramp;
  const std::int64_t increments = (phase.global_batch - ramp.start) / ramp.increment;
  std::vector<BatchLevel> levels;
  for (std::int64_t k = 0; k <= increments; ++k) {
    const std::int64_t sequences = k == 0 ? 0 : divide_up(k * ramp.sequences, increments);
    levels.push_back({.from_tokens = sequences * phase.sequence_length,
                      .global_batch = ramp.start + k * ramp.increment,
                      .sequence_length = phase.sequence_length});
  }
  return levels;
}

}  // namespace

std::vector<BatchLevel> batch_levels(const scenario::PhasePlan& phase) {
  if (phase.batch_ramp) return levels_of_ramp(phase);
  if (phase.batch_stages.empty()) return {{0, phase.global_batch, phase.sequence_length}};
  std::vector<BatchLevel> levels;
  for (const scenario::BatchStage& stage : phase.batch_stages) {
    levels.push_back({.from_tokens = whole_tokens(stage.from_tokens),
                      .global_batch = stage.global_batch,
                      .sequence_length = stage.sequence_length.value_or(phase.sequence_length)});
  }
  return levels;
}

std::vector<std::int64_t> steps_at_levels(const scenario::PhasePlan& phase,
                                          const std::vector<BatchLevel>& levels) {
  const std::int64_t end = phase.tokens ? whole_tokens(*phase.tokens) : kNoEnd;
  std::int64_t steps_left = phase.steps.value_or(kNoEnd);
  std::int64_t tokens = 0;
  std::vector<std::int64_t> steps;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const bool last = i + 1 == levels.size();
    const std::int64_t until = last ? end : std::min(end, levels[i + 1].from_tokens);
    const std::int64_t wanted =
        until > tokens ? divide_up(until - tokens, levels[i].tokens_per_step()) : 0;
    steps.push_back(std::min(wanted, steps_left));
    tokens += steps.back() * levels[i].tokens_per_step();
    steps_left -= steps.back();
  }
  return steps;
}

}  // namespace sextant::plan
