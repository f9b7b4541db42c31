#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "src/plan/batch_levels.h"

namespace sextant::plan {
namespace {

scenario::PhasePlan drawn_phase() {
  scenario::PhasePlan phase;
  phase.sequence_length = *rc::gen::inRange(1, 10'000);
  phase.global_batch = *rc::gen::inRange(1, 5000);
  if (*rc::gen::arbitrary<bool>()) {
    phase.tokens = static_cast<double>(*rc::gen::inRange<std::int64_t>(1, 1'000'000'000'000));
  } else {
    phase.steps = *rc::gen::inRange<std::int64_t>(1, 100'000);
  }
  if (*rc::gen::arbitrary<bool>()) {
    const std::int64_t increments = *rc::gen::inRange<std::int64_t>(0, 50);
    const std::int64_t increment = *rc::gen::inRange<std::int64_t>(1, 100);
    const std::int64_t start = *rc::gen::inRange<std::int64_t>(1, 200);
    phase.batch_ramp =
        scenario::BatchRamp{start, increment, *rc::gen::inRange<std::int64_t>(1, 10'000'000)};
    phase.global_batch = start + increments * increment;
    return phase;
  }
  double from = 0;
  for (int stages = *rc::gen::inRange(0, 6); stages > 0; --stages) {
    scenario::BatchStage stage{from, *rc::gen::inRange(1, 5000), {}};
    if (*rc::gen::arbitrary<bool>()) stage.sequence_length = *rc::gen::inRange(1, 100'000);
    phase.batch_stages.push_back(stage);
    from += static_cast<double>(*rc::gen::inRange<std::int64_t>(1, 10'000'000'000));
  }
  return phase;
}

RC_GTEST_PROP(BatchLevels, StepsAndTokensAddUp, ()) {
  const scenario::PhasePlan phase = drawn_phase();
  const std::vector<BatchLevel> levels = batch_levels(phase);
  const std::vector<std::int64_t> counts = steps_at_levels(phase, levels);
  RC_ASSERT(counts.size() == levels.size());
  std::int64_t steps = 0;
  std::int64_t tokens = 0;
  std::int64_t last_step_began = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    RC_ASSERT(counts[i] >= 0);
    if (counts[i] == 0) continue;
    // The batch of a step is the one of the moment in which it begins.
    RC_ASSERT(tokens >= levels[i].from_tokens);
    steps += counts[i];
    tokens += counts[i] * levels[i].tokens_per_step();
    last_step_began = tokens - levels[i].tokens_per_step();
    if (i + 1 < levels.size()) RC_ASSERT(last_step_began < levels[i + 1].from_tokens);
  }
  if (phase.steps) {
    RC_ASSERT(steps == *phase.steps);
  } else {
    RC_ASSERT(static_cast<double>(tokens) >= *phase.tokens);
    RC_ASSERT(static_cast<double>(last_step_began) < *phase.tokens);
  }
}

RC_GTEST_PROP(BatchLevels, GrowFromTheStartToTheBatch, ()) {
  scenario::PhasePlan phase = drawn_phase();
  RC_PRE(phase.batch_ramp.has_value());
  const std::vector<BatchLevel> levels = batch_levels(phase);
  RC_ASSERT(levels.front().global_batch == phase.batch_ramp->start);
  RC_ASSERT(levels.front().from_tokens == 0);
  RC_ASSERT(levels.back().global_batch == phase.global_batch);
  for (std::size_t i = 1; i < levels.size(); ++i) {
    RC_ASSERT(levels[i].global_batch == levels[i - 1].global_batch + phase.batch_ramp->increment);
    RC_ASSERT(levels[i].from_tokens >= levels[i - 1].from_tokens);
  }
}

}  // namespace
}  // namespace sextant::plan
