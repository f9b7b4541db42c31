#include "sextant/training/parameters.h"

namespace sextant {
namespace {

double layer_matrix_parameters(const Transformer& model) {
  const double h = static_cast<double>(model.hidden);
  const double kv = static_cast<double>(model.key_value_heads() * model.head_width());
  const double f = static_cast<double>(model.feed_forward);
  return h * (h + 2.0 * kv) + h * h + (model.gated() ? 3.0 : 2.0) * h * f;
}

}  // namespace

double layer_parameters(const Transformer& model) {
  return layer_matrix_parameters(model) + 2.0 * static_cast<double>(model.hidden);
}

double embedding_parameters(const Transformer& model) {
  return static_cast<double>(model.vocabulary) * static_cast<double>(model.hidden);
}

double total_parameters(const Transformer& model) {
  return static_cast<double>(model.layers) * layer_parameters(model) +
         embedding_parameters(model) * (model.tied_embeddings ? 1.0 : 2.0) +
         static_cast<double>(model.hidden);
}

Flops model_flops_per_token(const Transformer& model, std::int64_t sequence_length) {
  const double layers = static_cast<double>(model.layers);
  const double weights = layers * layer_matrix_parameters(model) + embedding_parameters(model);
  return Flops(6.0 * weights + 6.0 * layers * static_cast<double>(model.hidden) *
                                   static_cast<double>(sequence_length));
}

}  // namespace sextant
