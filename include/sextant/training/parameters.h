#pragma once

#include <array>
#include <cstdint>

#include "sextant/kernel/quantity.h"
#include "sextant/training/transformer.h"
#include "sextant/training/tuning.h"

namespace sextant {

/// A layer's feed-forward block: one for all tokens, or experts.
enum class LayerKind { kDense, kExpert };
inline constexpr std::array kLayerKinds{LayerKind::kDense, LayerKind::kExpert};

/// Parameters of one layer. Expert-parallel ranks share the routed ones; all others are cut over
/// tensor-parallel ranks only.
struct LayerParameters {
  double common = 0;  ///< attention, norms, router, shared experts, dense feed-forward block
  double routed = 0;  ///< all routed experts together

  double total() const { return common + routed; }
  LayerParameters& operator+=(const LayerParameters& other) {
    common += other.common;
    routed += other.routed;
    return *this;
  }
};

/// Weights of the matrices and norms of one layer; biases (under 0.1 %) are not counted.
LayerParameters layer_parameters(const Transformer& model, LayerKind kind);

/// What is trained of them: all, or the adapters' r·(in + out) per matrix.
LayerParameters trainable_layer_parameters(const Transformer& model, const Tuning& tuning,
                                           LayerKind kind);

/// One table of vocabulary · hidden.
double embedding_parameters(const Transformer& model);

/// Everything: layers, embeddings of tokens and positions, final norm, head if it is not tied.
double total_parameters(const Transformer& model);

/// As total_parameters, but of the routed experts only those that one token passes.
double active_parameters(const Transformer& model);

/// Parameters that the optimizer updates.
double trainable_parameters(const Transformer& model, const Tuning& tuning);

/// Work of the model per token, forward and backward, recomputation not counted [FLOP]:
/// 6 per active matrix weight, and 6·layers·heads·(key + value width)·sequence for attention, of
/// which causal models count the unmasked half: 6·layers·hidden·sequence with ordinary heads.
/// Frozen weights count 4, since they have no gradient (adapters themselves are not counted), and a
/// reference model adds its forward pass.
/// @source Chowdhery et al. 2022 (PaLM, arXiv 2204.02311), appendix B, with the masked half left
/// out.
Flops model_flops_per_token(const Transformer& model, std::int64_t sequence_length,
                            const Tuning& tuning = {});

}  // namespace sextant
