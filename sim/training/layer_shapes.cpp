#include "layer_shapes.h"

#include <algorithm>

#include "number.h"

namespace sextant {
namespace {

/// Collects the linear maps of one layer; a target of LoRA gets its adapter behind it.
class ShapeList {
 public:
  ShapeList(const Tuning& tuning, LayerShapes& shapes)
      : tuning_(tuning), linears_(shapes.linears), activated_(shapes.activated) {}

  /// The two matrices of a feed-forward block, or of experts.
  void add_feed_forward(const Transformer& model, double tokens, double width, double matrices) {
    const double h = number(model.hidden);
    add({tokens, h, (model.gated() ? 2.0 : 1.0) * width, matrices}, LoraTarget::kUp);
    add({tokens, width, h, matrices}, LoraTarget::kDown);
    activated_ += tokens * width * matrices;
  }

  void add(Linear linear) {
    linear.frozen = tuning_.lora();
    linears_.push_back(linear);
  }

  void add(Linear linear, LoraTarget target) {
    add(linear);
    const auto& targets = tuning_.targets;
    if (!tuning_.lora() || std::find(targets.begin(), targets.end(), target) == targets.end()) {
      return;
    }
    const double rank = tuning_.rank;
    linears_.push_back({linear.tokens, linear.in, rank, linear.matrices, false});
    linears_.push_back({linear.tokens, rank, linear.out, linear.matrices, false});
  }

 private:
  const Tuning& tuning_;
  decltype(LayerShapes::linears)& linears_;
  double& activated_;
};

/// Latent vectors are made of each rank's share of the sequence, and used by its share of the
/// heads.
void add_latent_attention(const StepInputs& inputs, ShapeList& shapes) {
  const Transformer& model = inputs.model;
  const LatentAttention& latent = *model.latent_attention;
  const double tokens = microbatch_tokens(inputs);
  const double t = inputs.layout.tensor;
  const double h = number(model.hidden);
  const double queries = query_width(model) / t;
  if (latent.query_rank > 0) {
    shapes.add({tokens / t, h, number(latent.query_rank)});
    shapes.add({tokens, number(latent.query_rank), queries}, LoraTarget::kQueryKeyValue);
  } else {
    shapes.add({tokens, h, queries}, LoraTarget::kQueryKeyValue);
  }
  shapes.add({tokens / t, h, number(latent.key_value_rank + latent.rotary_width)});
  const double key_values = number(model.heads * (latent.plain_width + latent.value_width)) / t;
  shapes.add({tokens, number(latent.key_value_rank), key_values});
}

void add_attention(const StepInputs& inputs, ShapeList& shapes) {
  const Transformer& model = inputs.model;
  const double tokens = microbatch_tokens(inputs);
  const double t = inputs.layout.tensor;
  const double h = number(model.hidden);
  if (model.latent_attention) {
    add_latent_attention(inputs, shapes);
  } else {
    shapes.add({tokens, h, (query_width(model) + 2.0 * key_width(model)) / t},
               LoraTarget::kQueryKeyValue);
  }
  shapes.add({tokens, number(model.heads * model.value_width()) / t, h}, LoraTarget::kProjection);
}

void add_experts(const StepInputs& inputs, ShapeList& shapes) {
  const Transformer& model = inputs.model;
  const Experts& experts = *model.experts;
  const double t = inputs.layout.tensor;
  const double width = number(experts.feed_forward);
  shapes.add({microbatch_tokens(inputs) / t, number(model.hidden), number(experts.count)});
  const double local = number(experts.count) / inputs.layout.expert;
  const double tokens_each = std::max(1.0, routed_tokens(inputs) / local);
  shapes.add_feed_forward(model, tokens_each, width / inputs.layout.expert_tensor_ranks(), local);
  if (experts.shared > 0) {
    shapes.add_feed_forward(model, microbatch_tokens(inputs), number(experts.shared) * width / t,
                            1.0);
  }
}

}  // namespace

double microbatch_tokens(const StepInputs& inputs) {
  return static_cast<double>(inputs.layout.micro_batch) * number(inputs.sequence_length) /
         inputs.layout.context;
}

double routed_tokens(const StepInputs& inputs) {
  const Experts& experts = *inputs.model.experts;
  const double factor = experts.capacity_factor.value_or(experts.imbalance);
  return microbatch_tokens(inputs) * number(experts.top_k) * factor *
         inputs.layout.expert_tensor_ranks() / inputs.layout.tensor;
}

double query_width(const Transformer& model) { return number(model.heads * model.head_width()); }

double key_width(const Transformer& model) {
  return number((model.latent_attention ? model.heads : model.key_value_heads()) *
                model.head_width());
}

LayerShapes layer_shapes(const StepInputs& inputs, LayerKind kind) {
  LayerShapes shapes;
  ShapeList list(inputs.tuning, shapes);
  add_attention(inputs, list);
  shapes.attention = shapes.linears.size();
  if (kind == LayerKind::kExpert) {
    add_experts(inputs, list);
  } else {
    list.add_feed_forward(inputs.model, microbatch_tokens(inputs),
                          number(inputs.model.feed_forward) / inputs.layout.tensor, 1.0);
  }
  return shapes;
}

}  // namespace sextant
