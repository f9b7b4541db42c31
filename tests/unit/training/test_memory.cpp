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

/// A Llama of 16 layers as nanotron trains it on one rank per stage: hidden 2048, feed-forward
/// 8192.
StepInputs small_llama(int ranks) {
  StepInputs inputs = fixtures::inputs(ranks);
  Transformer& model = inputs.model;
  model.hidden = 2048;
  model.heads = 32;
  model.kv_heads = 32;
  model.feed_forward = 8192;
  model.activation = FeedForward::kSwiglu;
  model.vocabulary = 131072;
  model.tied_embeddings = true;
  inputs.global_batch = ranks;
  inputs.software.framework = "nanotron";
  inputs.layout.zero = 0;
  return inputs;
}

TEST(Memory, NanotronKeepsTheGateApartAndGradientsTwice) {
  const StageMemory memory = forecast_memory(small_llama(8)).front();
  // 16 layers of 4,096 tokens: 8 rows of 2048 and 4 of 8192, in 16 bits.
  EXPECT_DOUBLE_EQ(memory.activations.si(), 16 * 4096 * 2.0 * (8 * 2048 + 4 * 8192));
  // fp32 logits and their softmax; buckets of 16-bit gradients.
  EXPECT_DOUBLE_EQ(memory.buffers.si(), 8.0 * 4096 * 131072 + memory.weights.si());
  EXPECT_DOUBLE_EQ(forecast_memory(small_llama(1)).front().buffers.si(), 8.0 * 4096 * 131072);
}

TEST(Memory, GatheredInputsAreKeptWhereTheyFit) {
  StepInputs inputs = small_llama(8);
  inputs.layout.tensor = 8;
  const auto activations = [&] { return forecast_memory(inputs).front().activations.si(); };
  const double layer = 4096 * 2.0 * (6 * 2048 + 4 * 8192) / 8;
  const double gathered = 4096 * 2.0 * 2 * 2048;
  EXPECT_DOUBLE_EQ(activations(), 16 * (layer + gathered));
  inputs.node.accelerator.memory.value = Bytes(4e9);
  EXPECT_DOUBLE_EQ(activations(), 16 * (layer + gathered / 8));
}

TEST(Memory, ShardedWideWeightsAreTheOptimizersOwn) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.layout.zero = 3;
  inputs.software.framework = "torchtitan";
  const double parameters = total_parameters(inputs.model) - 4096.0;  // without the last norm
  const StageMemory memory = forecast_memory(inputs).front();
  EXPECT_NEAR((memory.weights + memory.gradients + memory.optimizer).si(), 16.0 / 64 * parameters,
              1e-6 * parameters);
}

TEST(Memory, SelectedOperatorsKeepLessThanAllAndMoreThanInputs) {
  StepInputs inputs = fixtures::inputs();
  const auto kept = [&](Recompute recompute) {
    inputs.layout.recompute = recompute;
    return activations_of(inputs);
  };
  // The layer's input, the block's output, queries, values, attention and one inner product; one
  // layer unfolded.
  const double unfolded = kept(Recompute::kNone) / 16;
  EXPECT_DOUBLE_EQ(kept(Recompute::kOperator),
                   16 * 4096 * 2.0 * (2 * 4096 + 2 * 4096 + 1024 + 14336) + unfolded);
}

TEST(Memory, Fp8KeepsInputsOfProductsInOneByteAndTwoCopiesOfWeights) {
  StepInputs inputs = fixtures::inputs();
  const StageMemory wide = forecast_memory(inputs).front();
  inputs.precision = Precision::kFp8;
  const StageMemory narrow = forecast_memory(inputs).front();
  // Of 4 x 4096 + 4096 + 2 x 1024 + 4096 + 3 x 14336 elements, 3 x 4096 + 14336 are such inputs.
  EXPECT_DOUBLE_EQ((wide.activations - narrow.activations).si(), 16 * 4096 * (3.0 * 4096 + 14336));
  EXPECT_DOUBLE_EQ((narrow.buffers - wide.buffers).si(), wide.weights.si());
}

TEST(Memory, TheAllocatorKeepsFragmentsAndWhatGatheringWeightsNeeds) {
  StepInputs inputs = small_llama(8);
  const StageMemory plain = forecast_memory(inputs).front();
  EXPECT_NEAR(plain.cached / plain.total(), 0.04, 1e-12);
  inputs.layout.zero = 1;
  const StageMemory gathered = forecast_memory(inputs).front();
  // A flat share and all shares in one block; shares of their own come out of the logits' blocks.
  EXPECT_NEAR((gathered.cached - 0.04 * gathered.total()) / gathered.weights, 1.0 + 1.0 / 8, 1e-9);
  EXPECT_GT(gathered.reserved(), gathered.total());
}

TEST(Memory, TheAllocatorKeepsNoMoreThanThereIs) {
  StepInputs inputs = small_llama(8);
  const StageMemory roomy = forecast_memory(inputs).front();
  inputs.node.accelerator.memory.value = 1.02 / 0.85 * roomy.total();
  EXPECT_NEAR(forecast_memory(inputs).front().cached / roomy.total(), 0.02, 1e-9);
  inputs.node.accelerator.memory.value = 0.5 * roomy.total();
  EXPECT_EQ(forecast_memory(inputs).front().cached, Bytes(0));
}

}  // namespace
}  // namespace sextant
