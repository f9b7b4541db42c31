#include <algorithm>

#include "layer_shapes.h"
#include "number.h"
#include "optimizer_state.h"
#include "schedule.h"
#include "sextant/training/step_model.h"
#include "stages.h"

namespace sextant {
namespace {

/// Elements per token that the feed-forward block keeps around its activation, for a block `width`
/// wide.
double around_activation(const Transformer& model, double width) {
  return (model.gated() ? 3.0 : 2.0) * width;
}

/// Elements of a microbatch that a feed-forward block keeps on a rank.
double feed_forward_elements(const StepInputs& inputs, LayerKind kind) {
  const Transformer& model = inputs.model;
  const double tokens = microbatch_tokens(inputs);
  const double t = inputs.layout.tensor;
  if (kind == LayerKind::kDense) {
    return tokens * around_activation(model, number(model.feed_forward)) / t;
  }
  const double width = number(model.experts->feed_forward);
  // Tokens sorted by expert come in, results go out to be weighted.
  const double routed = 2.0 * number(model.hidden) +
                        around_activation(model, width / inputs.layout.expert_tensor_ranks());
  return routed_tokens(inputs) * routed +
         tokens * around_activation(model, number(model.experts->shared) * width) / t;
}

/// Bytes of activations that one layer keeps for the backward pass, per microbatch and rank, if it
/// recomputes as `recompute` says.
double layer_activations(const StepInputs& inputs, LayerKind kind, Recompute recompute) {
  const Transformer& model = inputs.model;
  const double tokens = microbatch_tokens(inputs);
  const double h = number(model.hidden);
  const double t = inputs.layout.tensor;
  const double element = element_bytes(inputs.precision);
  const double outside = inputs.layout.sequence_parallel ? t : 1.0;
  if (recompute == Recompute::kFull) return element * tokens * h / outside;

  // Inputs of both norms, of the attention and of the feed-forward block; dropout masks of a byte.
  double bytes = tokens * (element * 4.0 * h + (model.gated() ? 0.0 : 2.0 * h)) / outside;
  const double values = number(model.key_value_heads() * model.value_width());
  const double heads =
      query_width(model) + key_width(model) + values + number(model.heads * model.value_width());
  bytes += tokens * element * heads / t;
  if (const auto& latent = model.latent_attention) {
    bytes += tokens * element * number(latent->query_rank + latent->key_value_rank) / outside;
  }
  bytes += element * feed_forward_elements(inputs, kind);
  if (recompute == Recompute::kOperator) bytes *= 0.5;
  const bool scores_kept =
      inputs.software.attention == AttentionKernel::kUnfused && recompute == Recompute::kNone;
  if (scores_kept) {  // softmax and dropout output, and a mask of a byte
    bytes +=
        tokens * (2.0 * element + 1.0) * number(model.heads) * number(inputs.sequence_length) / t;
  }
  return bytes;
}

/// The same on average over layers of which one in `recompute_every` recomputes.
double kept_activations(const StepInputs& inputs, LayerKind kind) {
  const double share = 1.0 / inputs.layout.recompute_every;
  const Recompute recompute = inputs.layout.recompute;
  return share * layer_activations(inputs, kind, recompute) +
         (1.0 - share) * layer_activations(inputs, kind, Recompute::kNone);
}

/// Bytes per parameter of the weights, the gradients and the optimizer, after what is sharded.
StageMemory states(const StepInputs& inputs, const RankParameters& rank) {
  const int zero = inputs.layout.zero;
  const double shards = inputs.shard_ranks();
  const double expert_shards = inputs.expert_shard_ranks();
  const auto sharded = [&](const LayerParameters& parameters, bool is_sharded) {
    if (!is_sharded) return parameters.total();
    return parameters.common / shards + parameters.routed / expert_shards;
  };
  const bool copy = inputs.tuning.reference_model && !inputs.tuning.lora();
  StageMemory memory;
  memory.weights =
      Bytes((copy ? 2.0 : 1.0) * element_bytes(inputs.precision) * sharded(rank.all, zero == 3));
  memory.gradients = Bytes(gradient_bytes(inputs) * sharded(rank.trained, zero >= 2));
  if (inputs.layout.offload == Offload::kNone) {
    memory.optimizer = Bytes(optimizer_state_bytes(inputs) * sharded(rank.trained, zero >= 1));
  }
  return memory;
}

/// Logits in 16 and 32 bits; with ZeRO-3 two layers gathered, and one layer's gradients before they
/// are scattered.
Bytes buffers(const StepInputs& inputs, bool head) {
  double bytes = 0.0;
  if (head) {
    bytes +=
        6.0 * microbatch_tokens(inputs) * number(inputs.model.vocabulary) / inputs.layout.tensor;
  }
  if (inputs.layout.zero == 3) {
    const bool experts = inputs.model.expert_layers() > 0;
    const RankParameters layer =
        layer_on_rank(inputs, experts ? LayerKind::kExpert : LayerKind::kDense);
    bytes += 2.0 * element_bytes(inputs.precision) * layer.all.total() +
             gradient_bytes(inputs) * layer.trained.total();
  }
  return Bytes(bytes);
}

/// One layer unfolded again while its backward pass runs.
double unfolded_layer(const StepInputs& inputs, const std::vector<LayerKind>& layers) {
  double most = 0.0;
  if (inputs.layout.recompute != Recompute::kFull) return most;
  for (LayerKind kind : layers) {
    most = std::max(most, layer_activations(inputs, kind, Recompute::kNone));
  }
  return most;
}

}  // namespace

std::vector<StageMemory> forecast_memory(const StepInputs& inputs) {
  const std::vector<VirtualStage> stages = cut_stages(inputs);
  const PipelineShape shape = pipeline_shape(inputs);
  const double activations[] = {
      kept_activations(inputs, LayerKind::kDense),
      inputs.model.experts ? kept_activations(inputs, LayerKind::kExpert) : 0.0};
  std::vector<StageMemory> memory;
  for (int rank = 0; rank < shape.ranks; ++rank) {
    RankParameters parameters;
    std::vector<LayerKind> layers;
    bool head = false;
    for (int chunk = 0; chunk < shape.chunks; ++chunk) {
      const VirtualStage& stage = stages[static_cast<std::size_t>(chunk * shape.ranks + rank)];
      layers.insert(layers.end(), stage.layers.begin(), stage.layers.end());
      head = head || stage.head;
      parameters += stage_on_rank(inputs, stage);
    }
    double kept = 0.0;
    for (LayerKind kind : layers) kept += activations[static_cast<std::size_t>(kind)];
    StageMemory stage = states(inputs, parameters);
    stage.activations =
        Bytes(kept / shape.chunks * chunks_in_flight(rank, shape) + unfolded_layer(inputs, layers));
    stage.buffers = buffers(inputs, head);
    memory.push_back(stage);
  }
  return memory;
}

}  // namespace sextant
