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

/// Shape of a dense decoder-only transformer.
struct Transformer {
  std::string name;
  std::string title;
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;      ///< 0: as many as heads (multi-head attention)
  std::int64_t feed_forward = 0;  ///< width of each feed-forward matrix
  FeedForward activation = FeedForward::kSwiglu;
  std::int64_t vocabulary = 0;
  bool tied_embeddings = false;
  /// As its authors count them; a test compares with the count from the shape.
  std::optional<Coefficient<double>> published_parameters;

  std::int64_t key_value_heads() const { return kv_heads > 0 ? kv_heads : heads; }
  std::int64_t head_width() const { return hidden / heads; }
  /// Gated activations have a third feed-forward matrix.
  bool gated() const {
    return activation == FeedForward::kSwiglu || activation == FeedForward::kGeglu;
  }
};

template <class Archive>
void visit(Archive& a, Transformer& s) {
  a.object("transformer", "Shape of a dense decoder-only transformer.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("layers", s.layers, {.doc = "Transformer layers", .min = 1, .required = true});
  a.field("hidden", s.hidden, {.doc = "Hidden size", .min = 1, .required = true});
  a.field("heads", s.heads, {.doc = "Attention heads", .min = 1, .required = true});
  a.field("kv_heads", s.kv_heads,
          {.doc = "Key and value heads (grouped-query attention); 0: as many as heads", .min = 0});
  a.field("feed_forward", s.feed_forward,
          {.doc = "Width of each feed-forward matrix", .min = 1, .required = true});
  a.field("activation", s.activation, {.doc = "Activation of the feed-forward block"});
  a.field("vocabulary", s.vocabulary, {.doc = "Vocabulary size", .min = 1, .required = true});
  a.field("tied_embeddings", s.tied_embeddings, {.doc = "Output head shares the embedding"});
  a.field("published_parameters", s.published_parameters,
          {.doc = "Parameters as the authors count them", .min = 1});
}

}  // namespace sextant
