#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/training/parameters.h"

/// FLOP per token against the formulas of the papers that defined them, and against the totals
/// that authors state for their runs.
namespace sextant {
namespace {

/// The shape that the formulas are written for: feed-forward 4·h wide, no biases.
Transformer gpt(std::int64_t layers, std::int64_t hidden, std::int64_t heads,
                std::int64_t vocabulary) {
  Transformer model;
  model.layers = layers;
  model.hidden = hidden;
  model.heads = heads;
  model.feed_forward = 4 * hidden;
  model.activation = FeedForward::kGelu;
  model.vocabulary = vocabulary;
  model.tied_embeddings = true;
  return model;
}

Transformer gpt3() { return gpt(96, 12288, 96, 50257); }

Transformer llama3_405b() {
  Transformer model = gpt(126, 16384, 128, 128256);
  model.kv_heads = 8;
  model.feed_forward = 53248;
  model.activation = FeedForward::kSwiglu;
  model.tied_embeddings = false;
  return model;
}

Transformer palm_540b() {
  Transformer model = gpt(118, 18432, 48, 256000);
  model.kv_heads = 1;
  model.head_size = 256;
  model.activation = FeedForward::kSwiglu;
  return model;
}

Transformer mixtral_8x7b() {
  Transformer model = gpt(32, 4096, 32, 32000);
  model.kv_heads = 8;
  model.feed_forward = 14336;
  model.activation = FeedForward::kSwiglu;
  model.tied_embeddings = false;
  model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 14336};
  return model;
}

Transformer random_gpt() {
  const auto heads = *rc::gen::inRange<std::int64_t>(1, 129);
  const auto width = *rc::gen::element<std::int64_t>(64, 80, 96, 128, 160);
  const auto layers = *rc::gen::inRange<std::int64_t>(1, 129);
  return gpt(layers, heads * width, heads, *rc::gen::inRange<std::int64_t>(1000, 256001));
}

double number(std::int64_t value) { return static_cast<double>(value); }

/// Without a mask: papers count every pair of positions.
double unmasked_flops(Transformer model, std::int64_t sequence) {
  model.bidirectional = true;
  return model_flops_per_token(model, sequence).si();
}

double without_attention(const Transformer& model) { return model_flops_per_token(model, 0).si(); }

/// 96·B·s·l·h²·(1 + s/6h + V/16lh) with every layer recomputed: four passes through the layers,
/// three through the output layer. Narayanan et al. 2021 (arXiv 2104.04473), section 5.1.
RC_GTEST_PROP(PaperFormulas, NarayananWithRecomputation, ()) {
  const Transformer model = random_gpt();
  const auto sequence = *rc::gen::inRange<std::int64_t>(1, 131073);
  const double l = number(model.layers), h = number(model.hidden), v = number(model.vocabulary);
  const double s = number(sequence);
  const double paper = 96.0 * l * h * h * (1.0 + s / (6.0 * h) + v / (16.0 * l * h));
  const double trained = unmasked_flops(model, sequence);
  const double recomputed = (trained - 6.0 * v * h) / 3.0;
  RC_ASSERT(std::abs((trained + recomputed) / paper - 1.0) < 1e-9);
}

/// Forward 2·N + 2·layers·context·d_attention, N = 12·l·h² without embeddings; three times that for
/// training. Kaplan et al. 2020 (arXiv 2001.08361), table 1. Their count is ours but for the output
/// layer.
RC_GTEST_PROP(PaperFormulas, Kaplan, ()) {
  const Transformer model = random_gpt();
  const auto sequence = *rc::gen::inRange<std::int64_t>(1, 131073);
  const double l = number(model.layers), h = number(model.hidden);
  const double paper = 3.0 * (2.0 * 12.0 * l * h * h + 2.0 * l * number(sequence) * h);
  const double ours =
      model_flops_per_token(model, sequence).si() - 6.0 * number(model.vocabulary) * h;
  RC_ASSERT(std::abs(ours / paper - 1.0) < 1e-9);
}

/// 6·N + 12·L·H·Q·T: Chowdhery et al. 2022 (PaLM, arXiv 2204.02311), appendix B.
TEST(PaperFormulas, PalmAppendixB) {
  const Transformer palm = palm_540b();
  EXPECT_NEAR(total_parameters(palm) / 540.35e9, 1.0, 1e-4);
  const double paper = 6.0 * 540.35e9 + 12.0 * 118 * 48 * 256 * 2048;
  EXPECT_NEAR(unmasked_flops(palm, 2048) / paper, 1.0, 1e-3);
}

/// 238.3 thousand tokens/s on 6,144 TPU v4 of 275 TFLOP/s are an MFU of 46.2 % (same paper).
TEST(PaperFormulas, PalmUtilisation) {
  const double mfu = 238.3e3 * unmasked_flops(palm_540b(), 2048) / (6144 * 275e12);
  EXPECT_NEAR(mfu / 0.462, 1.0, 0.01);
}

/// 3.14e23 FLOP for 300 billion tokens: Brown et al. 2020 (arXiv 2005.14165), table D.1, without
/// attention.
TEST(PaperFormulas, Gpt3Total) {
  EXPECT_NEAR(without_attention(gpt3()) * 300e9 / 3.14e23, 1.0, 0.01);
}

/// 3.8e25 FLOP for 15.6 trillion tokens: Llama Team 2024 (arXiv 2407.21783), 6·N·D.
TEST(PaperFormulas, Llama3Total) {
  EXPECT_NEAR(without_attention(llama3_405b()) * 15.6e12 / 3.8e25, 1.0, 0.01);
}

/// A token passes 12.9 of Mixtral's 46.7 billion parameters, the embedding it is looked up in
/// included: Mistral AI, 2023-12.
TEST(PaperFormulas, MixtralActiveParameters) {
  const Transformer mixtral = mixtral_8x7b();
  const double work = 6.0 * (12.9e9 - embedding_parameters(mixtral));
  EXPECT_NEAR(without_attention(mixtral) / work, 1.0, 0.01);
}

/// 36.7 billion for DeepSeek-V3, of which the lookup is none: README_WEIGHTS of the repository.
TEST(PaperFormulas, DeepSeekActiveParameters) {
  Transformer model = gpt(61, 7168, 128, 129280);
  model.feed_forward = 18432;
  model.activation = FeedForward::kSwiglu;
  model.tied_embeddings = false;
  model.experts =
      Experts{.count = 256, .top_k = 8, .feed_forward = 2048, .shared = 1, .dense_layers = 3};
  model.latent_attention = LatentAttention{1536, 512, 128, 64, 128};
  EXPECT_NEAR(without_attention(model) / (6.0 * 36.7e9), 1.0, 0.01);
}

}  // namespace
}  // namespace sextant
