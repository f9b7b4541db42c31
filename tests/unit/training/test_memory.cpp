#include <gtest/gtest.h>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

/// GPT of 22 G parameters as Korthikanti et al. 2022 measure it: t = 8, one stage, b = 4.
StepInputs gpt22b() {
  StepInputs inputs = fixtures::inputs();
  Transformer& model = inputs.model;
  model.layers = 48;
  model.hidden = 6144;
  model.heads = 64;
  model.kv_heads = 64;
  model.feed_forward = 4 * 6144;
  model.activation = FeedForward::kGelu;
  model.vocabulary = 51200;
  inputs.sequence_length = 2048;
  inputs.global_batch = 4;
  inputs.layout.tensor = 8;
  inputs.layout.micro_batch = 4;
  inputs.layout.sequence_parallel = false;
  inputs.software.attention = AttentionKernel::kUnfused;
  return inputs;
}

double activations_of(const StepInputs& inputs) {
  return forecast_memory(inputs).front().activations.si();
}

constexpr double kSbh = 2048.0 * 4.0 * 6144.0;
constexpr double kScores = 5.0 * 64.0 * 2048.0 / 6144.0;  // 5·a·s/h

// Korthikanti et al. 2022, table 2.
TEST(Memory, ActivationsPerLayerAreKorthikantis) {
  StepInputs inputs = gpt22b();
  EXPECT_DOUBLE_EQ(activations_of(inputs), 48 * kSbh * (10.0 + 24.0 / 8.0 + kScores / 8.0));
  inputs.layout.sequence_parallel = true;
  EXPECT_DOUBLE_EQ(activations_of(inputs), 48 * kSbh * (34.0 / 8.0 + kScores / 8.0));
  inputs.layout.recompute = Recompute::kSelective;
  EXPECT_DOUBLE_EQ(activations_of(inputs), 48 * kSbh * 34.0 / 8.0);
  inputs.layout.sequence_parallel = false;
  inputs.layout.recompute = Recompute::kFull;
  // Inputs of all layers, and one layer unfolded.
  EXPECT_DOUBLE_EQ(activations_of(inputs),
                   48 * kSbh * 2.0 + kSbh * (10.0 + 24.0 / 8.0 + kScores / 8.0));
}

// Rajbhandari et al. 2020: 16 bytes per parameter with fp32 gradients 18, less what is sharded.
TEST(Memory, StatesAreThoseOfZero) {
  StepInputs inputs = fixtures::inputs(64);
  const double parameters = total_parameters(inputs.model) - 4096.0;  // without the last norm
  for (const auto& [zero, bytes] : {std::pair{0, 2.0 + 4.0 + 12.0},
                                    {1, 2.0 + 4.0 + 12.0 / 64},
                                    {2, 2.0 + 16.0 / 64},
                                    {3, 18.0 / 64}}) {
    inputs.layout.zero = zero;
    const StageMemory memory = forecast_memory(inputs).front();
    EXPECT_NEAR((memory.weights + memory.gradients + memory.optimizer).si(), bytes * parameters,
                1e-6 * bytes * parameters)
        << "ZeRO " << zero;
  }
}

TEST(Memory, EarlierStagesHoldMoreMicrobatches) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.layout.pipeline = 4;
  inputs.global_batch = 16 * 16;
  const std::vector<StageMemory> memory = forecast_memory(inputs);
  ASSERT_EQ(memory.size(), 4u);
  EXPECT_DOUBLE_EQ(memory[0].activations / memory[3].activations, 4.0);
  EXPECT_DOUBLE_EQ(memory[1].activations / memory[3].activations, 3.0);
}

}  // namespace
}  // namespace sextant
