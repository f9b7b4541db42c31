#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"

namespace sextant {

enum class FeedForward { kGelu, kSwiglu, kGeglu, kSquaredRelu };

template <>
struct EnumNames<FeedForward> {
  static constexpr std::array table{std::pair{FeedForward::kGelu, "gelu"},
                                    std::pair{FeedForward::kSwiglu, "swiglu"},
                                    std::pair{FeedForward::kGeglu, "geglu"},
                                    std::pair{FeedForward::kSquaredRelu, "squared_relu"}};
};

/// Feed-forward blocks made of experts (mixture of experts): a router sends each token to `top_k`
/// of `count` experts, and to all shared ones.
struct Experts {
  std::int64_t count = 0;
  std::int64_t top_k = 0;
  std::int64_t feed_forward = 0;  ///< width of each matrix of one expert
  std::int64_t shared = 0;        ///< experts that every token passes
  std::int64_t dense_layers = 0;  ///< first layers, which have an ordinary feed-forward block
  std::int64_t every = 1;         ///< of the other layers, one in `every` has experts
  /// Tokens per expert are cut, and padded, to this multiple of the even share. Absent: dropless.
  std::optional<double> capacity_factor = std::nullopt;
  /// Dropless: tokens of the busiest expert-parallel rank over the even share.
  double imbalance = 1.0;
};

template <class Archive>
void visit(Archive& a, Experts& s) {
  a.object("experts", "Feed-forward blocks made of experts (mixture of experts).");
  a.field("count", s.count,
          {.doc = "Routed experts per layer", .min = 2, .max = 1e6, .required = true});
  a.field("top_k", s.top_k,
          {.doc = "Routed experts that a token passes", .min = 1, .max = 1e6, .required = true});
  a.field("feed_forward", s.feed_forward,
          {.doc = "Width of each matrix of one expert", .min = 1, .max = 1e9, .required = true});
  a.field("shared", s.shared, {.doc = "Experts that every token passes", .min = 0, .max = 1e6});
  a.field("dense_layers", s.dense_layers,
          {.doc = "First layers, which have an ordinary feed-forward block", .min = 0, .max = 1e5});
  a.field("every", s.every,
          {.doc = "Of the other layers, one in so many has experts", .min = 1, .max = 1e5});
  a.field("capacity_factor", s.capacity_factor,
          {.doc = "Tokens per expert are cut and padded to this multiple of the even share; "
                  "absent: dropless",
           .min = 0.1,
           .max = 100});
  a.field("imbalance", s.imbalance,
          {.doc = "Dropless: tokens of the busiest expert-parallel rank over the even share",
           .min = 1,
           .max = 1000});
}

/// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): keys and values come from a latent
/// vector per token; part of each query and key carries the rotary embedding.
struct LatentAttention {
  std::int64_t query_rank = 0;  ///< 0: queries are projected in one step
  std::int64_t key_value_rank = 0;
  std::int64_t plain_width = 0;   ///< per head, without rotary embedding
  std::int64_t rotary_width = 0;  ///< per head; the key's is shared by all heads
  std::int64_t value_width = 0;   ///< per head
};

template <class Archive>
void visit(Archive& a, LatentAttention& s) {
  a.object("latent_attention", "Multi-head latent attention.");
  a.field("query_rank", s.query_rank,
          {.doc = "Rank of the queries' latent vector; 0: none", .min = 0, .max = 1e7});
  a.field("key_value_rank", s.key_value_rank,
          {.doc = "Rank of the latent vector of keys and values",
           .min = 1,
           .max = 1e7,
           .required = true});
  a.field("plain_width", s.plain_width,
          {.doc = "Width of a query or key without its rotary part",
           .min = 1,
           .max = 1e7,
           .required = true});
  a.field("rotary_width", s.rotary_width,
          {.doc = "Width of the rotary part", .min = 1, .max = 1e7, .required = true});
  a.field("value_width", s.value_width,
          {.doc = "Width of a value", .min = 1, .max = 1e7, .required = true});
}

/// Shape of a transformer: decoder-only, or an encoder with a masked-language-model head.
struct Transformer {
  std::string name;
  std::string title;
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;      ///< 0: as many as heads (multi-head attention)
  std::int64_t head_size = 0;     ///< 0: hidden / heads
  std::int64_t feed_forward = 0;  ///< width of each feed-forward matrix
  FeedForward activation = FeedForward::kSwiglu;
  std::int64_t vocabulary = 0;
  bool tied_embeddings = false;
  std::int64_t learned_positions = 0;  ///< rows of the position embedding; 0: rotary or ALiBi
  bool bidirectional = false;          ///< encoder: every token attends to all others
  std::optional<Experts> experts;
  std::optional<LatentAttention> latent_attention;
  /// As its authors count them; a test compares with the count from the shape.
  std::optional<Coefficient<double>> published_parameters;
  std::optional<Coefficient<double>> published_active_parameters;  ///< that one token passes

  std::int64_t key_value_heads() const { return kv_heads > 0 ? kv_heads : heads; }
  /// Width of one query and key.
  std::int64_t head_width() const {
    if (latent_attention) return latent_attention->plain_width + latent_attention->rotary_width;
    return head_size > 0 ? head_size : hidden / heads;
  }
  /// Width of one value.
  std::int64_t value_width() const {
    return latent_attention ? latent_attention->value_width : head_width();
  }
  /// Gated activations have a third feed-forward matrix.
  bool gated() const {
    return activation == FeedForward::kSwiglu || activation == FeedForward::kGeglu;
  }
  /// Whether layer `layer`, counted from 0, has experts.
  bool has_experts(std::int64_t layer) const {
    return experts && layer >= experts->dense_layers &&
           (layer - experts->dense_layers) % experts->every == experts->every - 1;
  }
  /// Layers with experts.
  std::int64_t expert_layers() const {
    return experts ? (layers - experts->dense_layers) / experts->every : 0;
  }
};

template <class Archive>
void visit(Archive& a, Transformer& s) {
  a.object("transformer", "Shape of a transformer.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("layers", s.layers,
          {.doc = "Transformer layers", .min = 1, .max = 1e5, .required = true});
  a.field("hidden", s.hidden, {.doc = "Hidden size", .min = 1, .max = 1e7, .required = true});
  a.field("heads", s.heads, {.doc = "Attention heads", .min = 1, .max = 1e6, .required = true});
  a.field("kv_heads", s.kv_heads,
          {.doc = "Key and value heads (grouped-query attention); 0: as many as heads",
           .min = 0,
           .max = 1e6});
  a.field("head_width", s.head_size,
          {.doc = "Width of a head; 0: hidden / heads", .min = 0, .max = 1e7});
  a.field("feed_forward", s.feed_forward,
          {.doc = "Width of each feed-forward matrix", .min = 1, .max = 1e9, .required = true});
  a.field("activation", s.activation, {.doc = "Activation of the feed-forward block"});
  a.field("vocabulary", s.vocabulary,
          {.doc = "Vocabulary size", .min = 1, .max = 1e9, .required = true});
  a.field("tied_embeddings", s.tied_embeddings, {.doc = "Output head shares the embedding"});
  a.field("learned_positions", s.learned_positions,
          {.doc = "Rows of the position embedding; 0: rotary or ALiBi", .min = 0, .max = 1e9});
  a.field("bidirectional", s.bidirectional,
          {.doc = "Encoder: every token attends to all others; the head predicts masked tokens"});
  a.field("experts", s.experts, {.doc = "Mixture of experts; absent: dense"});
  a.field("latent_attention", s.latent_attention,
          {.doc = "Multi-head latent attention; absent: ordinary attention"});
  a.field("published_parameters", s.published_parameters,
          {.doc = "Parameters as the authors count them", .min = 1});
  a.field("published_active_parameters", s.published_active_parameters,
          {.doc = "Parameters that one token passes, as the authors count them", .min = 1});
}

}  // namespace sextant
