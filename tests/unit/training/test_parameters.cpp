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
  EXPECT_NEAR(layer_parameters(gpt3()), 12.0 * h * h, 3.0 * h);
  EXPECT_NEAR(total_parameters(gpt3()), 174.6e9, 0.01 * 174.6e9);
}

TEST(Parameters, GatedFeedForwardAndGroupedQueries) {
  Transformer model = gpt3();
  model.activation = FeedForward::kSwiglu;
  model.kv_heads = 8;
  const double h = 12288.0;
  EXPECT_DOUBLE_EQ(layer_parameters(model),
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

}  // namespace
}  // namespace sextant
