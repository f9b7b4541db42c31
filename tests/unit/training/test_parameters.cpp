#include "sextant/training/parameters.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

Transformer gpt3() {
  Transformer model;
  model.layers = 96;
  model.hidden = 12288;
  model.heads = 96;
  model.feed_forward = 4 * 12288;
  model.activation = FeedForward::kGelu;
  model.vocabulary = 50257;
  model.tied_embeddings = true;
  return model;
}

TEST(Parameters, TwelveSquaresOfTheHiddenSizePerLayer) {
  const double h = 12288.0;
  EXPECT_NEAR(layer_parameters(gpt3(), LayerKind::kDense).total(), 12.0 * h * h, 3.0 * h);
  EXPECT_NEAR(total_parameters(gpt3()), 174.6e9, 0.01 * 174.6e9);
}

TEST(Parameters, GatedFeedForwardAndGroupedQueries) {
  Transformer model = gpt3();
  model.activation = FeedForward::kSwiglu;
  model.kv_heads = 8;
  const double h = 12288.0;
  EXPECT_DOUBLE_EQ(layer_parameters(model, LayerKind::kDense).total(),
                   2.0 * h * h + 2.0 * h * 1024.0 + 3.0 * h * 4.0 * h + 2.0 * h);
}

// Narayanan et al. 2021, equation 3 without recomputation: 72·b·s·l·h²(1 + s/6h + V/12lh). Half of
// its attention term is masked, and not counted here.
TEST(Parameters, FlopsFollowNarayanan) {
  const double l = 96, h = 12288, s = 2048, v = 50257;
  const double published = 72.0 * l * h * h * (1.0 + s / (6.0 * h) + v / (12.0 * l * h));
  const double masked = 72.0 * l * h * h * s / (6.0 * h) / 2.0;
  EXPECT_NEAR(model_flops_per_token(gpt3(), 2048).si(), published - masked, 1e-6 * published);
}

// Eight experts of which two work: Mixtral 8x7B has 46.7 G parameters, 12.9 G active
// (arXiv 2401.04088).
TEST(Parameters, ExpertsCountInFullAndWorkInPart) {
  Transformer model;
  model.layers = 32;
  model.hidden = 4096;
  model.heads = 32;
  model.kv_heads = 8;
  model.feed_forward = 14336;
  model.vocabulary = 32000;
  model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 14336};
  EXPECT_NEAR(total_parameters(model), 46.7e9, 0.01 * 46.7e9);
  EXPECT_NEAR(active_parameters(model), 12.9e9, 0.01 * 12.9e9);
  const double active = active_parameters(model) - embedding_parameters(model);
  EXPECT_NEAR(model_flops_per_token(model, 1).si(), 6.0 * active, 1e-3 * 6.0 * active);
}

// DeepSeek-V3 (arXiv 2412.19437): 671 G parameters, 37 G active.
TEST(Parameters, LatentAttentionAndSharedExperts) {
  Transformer model;
  model.layers = 61;
  model.hidden = 7168;
  model.heads = 128;
  model.feed_forward = 18432;
  model.vocabulary = 129280;
  model.latent_attention = LatentAttention{1536, 512, 128, 64, 128};
  model.experts =
      Experts{.count = 256, .top_k = 8, .feed_forward = 2048, .shared = 1, .dense_layers = 3};
  EXPECT_NEAR(total_parameters(model), 671e9, 0.01 * 671e9);
  EXPECT_NEAR(active_parameters(model), 37e9, 0.02 * 37e9);
}

// Hu et al. 2021: r·(in + out) per matrix.
TEST(Parameters, AdaptersAreSmall) {
  Transformer model = gpt3();
  Tuning tuning;
  tuning.trainable = Trainable::kLora;
  tuning.rank = 4;
  const double h = 12288.0;
  EXPECT_DOUBLE_EQ(trainable_parameters(model, tuning), 96 * 4.0 * ((h + 3 * h) + (h + h)));
  tuning.targets = {LoraTarget::kUp};
  EXPECT_DOUBLE_EQ(trainable_parameters(model, tuning), 96 * 4.0 * 5 * h);
  EXPECT_DOUBLE_EQ(trainable_parameters(model, {}), total_parameters(model));
}

}  // namespace
}  // namespace sextant
