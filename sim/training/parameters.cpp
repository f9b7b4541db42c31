#include "sextant/training/parameters.h"

#include <algorithm>

#include "number.h"

namespace sextant {
namespace {

/// Inputs and outputs of an attention block's matrices.
double attention_matrices(const Transformer& model) {
  const double h = number(model.hidden);
  const double queries = number(model.heads * model.head_width());
  const double output = number(model.heads * model.value_width()) * h;
  if (const auto& latent = model.latent_attention) {
    const double q_rank = number(latent->query_rank);
    const double kv_rank = number(latent->key_value_rank);
    const double heads = number(model.heads);
    const double query = latent->query_rank > 0 ? h * q_rank + q_rank * queries : h * queries;
    const double down = h * (kv_rank + number(latent->rotary_width));
    const double up = kv_rank * heads * number(latent->plain_width + latent->value_width);
    return query + down + up + output;
  }
  const double keys = number(model.key_value_heads() * model.head_width());
  return h * (queries + 2.0 * keys) + output;
}

double feed_forward_matrices(const Transformer& model, double width) {
  return (model.gated() ? 3.0 : 2.0) * number(model.hidden) * width;
}

/// Matrix weights of a layer that a token passes; `experts` of the routed ones.
double layer_matrices(const Transformer& model, LayerKind kind, double experts) {
  const double attention = attention_matrices(model);
  if (kind == LayerKind::kDense) {
    return attention + feed_forward_matrices(model, number(model.feed_forward));
  }
  const double expert = feed_forward_matrices(model, number(model.experts->feed_forward));
  const double router = number(model.hidden * model.experts->count);
  return attention + router + (number(model.experts->shared) + experts) * expert;
}

/// Weights of the two norms.
double norms(const Transformer& model) { return 2.0 * number(model.hidden); }

double sum_over_layers(const Transformer& model, double dense, double expert) {
  const double experts = number(model.expert_layers());
  return (number(model.layers) - experts) * dense + experts * expert;
}

double parameters_outside_layers(const Transformer& model) {
  return embedding_parameters(model) * (model.tied_embeddings ? 1.0 : 2.0) +
         number(model.learned_positions * model.hidden) + number(model.hidden);
}

/// Parameters of an adapter beside a matrix of `in` by `out`.
double adapter(const Tuning& tuning, double in, double out) { return tuning.rank * (in + out); }

bool targets(const Tuning& tuning, LoraTarget target) {
  return std::find(tuning.targets.begin(), tuning.targets.end(), target) != tuning.targets.end();
}

double attention_adapters(const Transformer& model, const Tuning& tuning) {
  const double h = number(model.hidden);
  double sum = 0.0;
  if (targets(tuning, LoraTarget::kQueryKeyValue)) {
    const double out = number((model.heads + 2 * model.key_value_heads()) * model.head_width());
    sum += adapter(tuning, h, out);
  }
  if (targets(tuning, LoraTarget::kProjection)) {
    sum += adapter(tuning, number(model.heads * model.value_width()), h);
  }
  return sum;
}

double feed_forward_adapters(const Transformer& model, const Tuning& tuning, double width) {
  const double h = number(model.hidden);
  double sum = 0.0;
  if (targets(tuning, LoraTarget::kUp)) {
    sum += adapter(tuning, h, (model.gated() ? 2.0 : 1.0) * width);
  }
  if (targets(tuning, LoraTarget::kDown)) sum += adapter(tuning, width, h);
  return sum;
}

}  // namespace

LayerParameters layer_parameters(const Transformer& model, LayerKind kind) {
  LayerParameters layer;
  layer.common = layer_matrices(model, kind, 0.0) + norms(model);
  if (kind == LayerKind::kExpert) {
    layer.routed = number(model.experts->count) *
                   feed_forward_matrices(model, number(model.experts->feed_forward));
  }
  return layer;
}

LayerParameters trainable_layer_parameters(const Transformer& model, const Tuning& tuning,
                                           LayerKind kind) {
  if (!tuning.lora()) return layer_parameters(model, kind);
  LayerParameters layer;
  layer.common = attention_adapters(model, tuning);
  if (kind == LayerKind::kDense) {
    layer.common += feed_forward_adapters(model, tuning, number(model.feed_forward));
    return layer;
  }
  const double expert = feed_forward_adapters(model, tuning, number(model.experts->feed_forward));
  layer.common += number(model.experts->shared) * expert;
  layer.routed = number(model.experts->count) * expert;
  return layer;
}

double embedding_parameters(const Transformer& model) {
  return number(model.vocabulary * model.hidden);
}

double total_parameters(const Transformer& model) {
  const double expert = model.experts ? layer_parameters(model, LayerKind::kExpert).total() : 0.0;
  return sum_over_layers(model, layer_parameters(model, LayerKind::kDense).total(), expert) +
         parameters_outside_layers(model);
}

double active_parameters(const Transformer& model) {
  const double passed = model.experts ? number(model.experts->top_k) : 0.0;
  const double expert =
      model.experts ? layer_matrices(model, LayerKind::kExpert, passed) + norms(model) : 0.0;
  return sum_over_layers(model, layer_parameters(model, LayerKind::kDense).total(), expert) +
         parameters_outside_layers(model);
}

double trainable_parameters(const Transformer& model, const Tuning& tuning) {
  if (!tuning.lora()) return total_parameters(model);
  const double expert =
      model.experts ? trainable_layer_parameters(model, tuning, LayerKind::kExpert).total() : 0.0;
  return sum_over_layers(
      model, trainable_layer_parameters(model, tuning, LayerKind::kDense).total(), expert);
}

Flops model_flops_per_token(const Transformer& model, std::int64_t sequence_length,
                            const Tuning& tuning) {
  const double passed = model.experts ? number(model.experts->top_k) : 0.0;
  const double expert = model.experts ? layer_matrices(model, LayerKind::kExpert, passed) : 0.0;
  const double weights =
      sum_over_layers(model, layer_matrices(model, LayerKind::kDense, 0.0), expert) +
      embedding_parameters(model);
  const double widths = number(model.heads * (model.head_width() + model.value_width()));
  const double attended = number(sequence_length) * (model.bidirectional ? 1.0 : 0.5);
  const double forward = 2.0 * weights + 2.0 * number(model.layers) * widths * attended;
  double flops = 3.0 * forward;
  if (tuning.lora()) flops -= 2.0 * weights;  // frozen weights have no gradient
  if (tuning.reference_model) flops += forward;
  return Flops(flops);
}

}  // namespace sextant
