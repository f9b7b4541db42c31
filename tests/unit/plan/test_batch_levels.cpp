#include "src/plan/batch_levels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::plan {
namespace {

using testing::ElementsAre;

scenario::PhasePlan phase_of(std::int64_t batch, std::int64_t sequence) {
  scenario::PhasePlan phase;
  phase.global_batch = batch;
  phase.sequence_length = sequence;
  return phase;
}

std::vector<std::int64_t> batches(const std::vector<BatchLevel>& levels) {
  std::vector<std::int64_t> result;
  for (const BatchLevel& level : levels) result.push_back(level.global_batch);
  return result;
}

TEST(BatchLevels, OneWithoutARamp) {
  scenario::PhasePlan phase = phase_of(64, 2048);
  phase.tokens = 1e9;
  const auto levels = batch_levels(phase);
  ASSERT_EQ(levels.size(), 1u);
  EXPECT_EQ(levels[0].tokens_per_step(), 64 * 2048);
  EXPECT_THAT(steps_at_levels(phase, levels), ElementsAre(7630));  // 1e9 / 131,072, the last begun
  phase.tokens.reset();
  phase.steps = 12;
  EXPECT_THAT(steps_at_levels(phase, levels), ElementsAre(12));
}

/// Megatron-LM's own: RampupBatchsizeNumMicroBatches.update, step by step.
std::vector<std::int64_t> followed(const scenario::PhasePlan& phase, std::int64_t steps) {
  const scenario::BatchRamp& ramp = *phase.batch_ramp;
  const double increments = static_cast<double>((phase.global_batch - ramp.start) / ramp.increment);
  const double per_increment = static_cast<double>(ramp.sequences) / increments;
  std::vector<std::int64_t> at_level(static_cast<std::size_t>(increments) + 1);
  std::int64_t consumed = 0;
  for (std::int64_t i = 0; i < steps; ++i) {
    std::int64_t batch = phase.global_batch;
    if (consumed <= ramp.sequences) {
      const auto grown = static_cast<std::int64_t>(static_cast<double>(consumed) / per_increment);
      batch = ramp.start + grown * ramp.increment;
    }
    ++at_level[static_cast<std::size_t>((batch - ramp.start) / ramp.increment)];
    consumed += batch;
  }
  return at_level;
}

TEST(BatchLevels, RampAsMegatronDoes) {
  scenario::PhasePlan phase = phase_of(1024, 2048);
  phase.steps = 3000;
  for (const scenario::BatchRamp& ramp :
       {scenario::BatchRamp{256, 128, 500'000}, scenario::BatchRamp{32, 32, 100'001},
        scenario::BatchRamp{32, 32, 3000},  // some steps jump over a level
        scenario::BatchRamp{1024, 7, 1000}, scenario::BatchRamp{512, 512, 1}}) {
    phase.batch_ramp = ramp;
    EXPECT_EQ(steps_at_levels(phase, batch_levels(phase)), followed(phase, 3000))
        << ramp.start << " + " << ramp.increment << " over " << ramp.sequences;
  }
}

// BLOOM: --rampup-batch-size 192 16 9_765_625 to a batch of 2,048 sequences.
TEST(BatchLevels, OfBloom) {
  scenario::PhasePlan phase = phase_of(2048, 2048);
  phase.batch_ramp = scenario::BatchRamp{192, 16, 9'765'625};
  const auto levels = batch_levels(phase);
  ASSERT_EQ(levels.size(), 117u);
  EXPECT_EQ(levels.front().global_batch, 192);
  EXPECT_EQ(levels.back().global_batch, 2048);
  EXPECT_EQ(levels.back().from_tokens, std::int64_t{9'765'625} * 2048);
}

TEST(BatchLevels, StagesOfLlama3) {
  scenario::PhasePlan phase = phase_of(2048, 8192);
  phase.tokens = 15.6e12;
  phase.batch_stages = {{0, 1024, 4096}, {252e6, 1024, {}}, {2.87e12, 2048, {}}};
  const auto levels = batch_levels(phase);
  EXPECT_THAT(batches(levels), ElementsAre(1024, 1024, 2048));
  const auto steps = steps_at_levels(phase, levels);
  EXPECT_EQ(steps[0], 61);  // 252 M / 4.19 M
  double tokens = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    tokens += static_cast<double>(steps[i] * levels[i].tokens_per_step());
  }
  EXPECT_GE(tokens, 15.6e12);
  EXPECT_LT(tokens, 15.6e12 + 2048 * 8192);
}

TEST(BatchLevels, ShortPhaseDoesNotReachThemAll) {
  scenario::PhasePlan phase = phase_of(64, 1000);
  phase.batch_stages = {{0, 16, {}}, {1e6, 32, {}}, {2e6, 64, {}}};
  phase.tokens = 1.5e6;
  EXPECT_THAT(steps_at_levels(phase, batch_levels(phase)), ElementsAre(63, 16, 0));
  phase.tokens.reset();
  phase.steps = 70;
  EXPECT_THAT(steps_at_levels(phase, batch_levels(phase)), ElementsAre(63, 7, 0));
}

}  // namespace
}  // namespace sextant::plan
