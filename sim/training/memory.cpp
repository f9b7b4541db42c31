#include <algorithm>

#include "layer_shapes.h"
#include "number.h"
#include "optimizer_state.h"
#include "rank_memory.h"
#include "sextant/training/step_model.h"

namespace sextant {
namespace {

/// Share of the accelerator's memory that frameworks which may keep more leave to the rest: the
/// CUDA context and NCCL's buffers, which PyTorch's allocator does not see.
constexpr double kFilledFreely = 0.85;

/// What PyTorch's caching allocator holds beyond the peak of what is allocated, as a share of it:
/// blocks that fit nothing. A layer's allocations replayed through its rules (best fit, split above
/// 1 MiB, segments in steps of 2 MiB) leave 2 to 6 %.
constexpr double kFragments = 0.04;

/// Elements per token that the feed-forward block keeps around its activation beside the input of
/// its last product, for a block `width` wide: a gate with its factor, and SiLU's output where
/// another kernel multiplies.
double around_activation(const MemoryTerms& m, double width) {
  if (!m.inputs.model.gated()) return width;
  return (m.habits.split_gate || !m.inputs.software.fused_elementwise ? 3.0 : 2.0) * width;
}

/// Bytes of a microbatch that a feed-forward block keeps on a rank.
double feed_forward_bytes(const MemoryTerms& m, LayerKind kind) {
  const Transformer& model = m.inputs.model;
  const auto block = [&](double width) {
    return m.element * around_activation(m, width) + m.product_input * width;
  };
  if (kind == LayerKind::kDense) return m.tokens * block(number(model.feed_forward)) / m.tensor;
  const double width = number(model.experts->feed_forward);
  // Tokens sorted by expert come in, results go out to be weighted.
  const double routed = (m.product_input + m.element) * number(model.hidden) +
                        block(width / m.inputs.layout.expert_tensor_ranks());
  return routed_tokens(m.inputs) * routed +
         m.tokens * block(number(model.experts->shared) * width) / m.tensor;
}

/// Bytes of both norms' inputs, of the attention's and the feed-forward block's, and of dropout
/// masks of a byte.
double outside_bytes(const MemoryTerms& m) {
  const Transformer& model = m.inputs.model;
  const double h = number(model.hidden);
  const double masks = model.gated() ? 0.0 : 2.0 * h;
  const double products = m.gathered_inputs ? m.product_input : m.product_input / m.outside;
  double bytes = m.tokens * ((m.element * 2.0 * h + masks) / m.outside + products * 2.0 * h);
  if (const auto& latent = model.latent_attention) {
    bytes += m.tokens * m.element * number(latent->query_rank + latent->key_value_rank) / m.outside;
  }
  return bytes;
}

/// Elements per token of queries, keys and values.
double query_key_value(const Transformer& model) {
  return query_width(model) + key_width(model) +
         number(model.key_value_heads() * model.value_width());
}

double attention_output(const Transformer& model) {
  return number(model.heads * model.value_width());
}

/// PyTorch's selective checkpointing keeps a layer's input, the attention's output and every other
/// matrix product's: queries, values, one of the two inner products and the block's output.
double operator_bytes(const MemoryTerms& m, LayerKind kind) {
  const Transformer& model = m.inputs.model;
  const double heads = query_width(model) + number(model.key_value_heads() * model.value_width()) +
                       attention_output(model);
  const double inner =
      kind == LayerKind::kDense
          ? number(model.feed_forward)
          : number(model.experts->feed_forward) *
                (number(model.experts->shared) + routed_tokens(m.inputs) / m.tokens);
  return m.element * m.tokens *
         (2.0 * number(model.hidden) / m.outside + (heads + inner) / m.tensor);
}

/// Bytes of activations that one layer keeps for the backward pass, per microbatch and rank, if it
/// recomputes as `recompute` says.
double layer_activations(const MemoryTerms& m, LayerKind kind, Recompute recompute) {
  const Transformer& model = m.inputs.model;
  if (recompute == Recompute::kFull) {
    return m.element * m.tokens * number(model.hidden) / m.outside;
  }
  if (recompute == Recompute::kOperator) return operator_bytes(m, kind);
  double bytes = outside_bytes(m) + feed_forward_bytes(m, kind);
  bytes += m.tokens *
           (m.element * query_key_value(model) + m.product_input * attention_output(model)) /
           m.tensor;
  const bool scores_kept =
      m.inputs.software.attention == AttentionKernel::kUnfused && recompute == Recompute::kNone;
  if (scores_kept) {  // softmax and dropout output, and a mask of a byte
    bytes += m.tokens * (2.0 * m.element + 1.0) * number(model.heads) *
             number(m.inputs.sequence_length) / m.tensor;
  }
  return bytes;
}

/// The same on average over layers of which one in `recompute_every` recomputes.
double kept_activations(const MemoryTerms& m, LayerKind kind) {
  const double share = 1.0 / m.inputs.layout.recompute_every;
  const Recompute recompute = m.inputs.layout.recompute;
  return share * layer_activations(m, kind, recompute) +
         (1.0 - share) * layer_activations(m, kind, Recompute::kNone);
}

/// A layer unfolded again while its backward pass runs.
double unfolded_activations(const MemoryTerms& m, LayerKind kind) {
  const Recompute recompute = m.inputs.layout.recompute;
  if (recompute != Recompute::kFull && recompute != Recompute::kOperator) return 0.0;
  return layer_activations(m, kind, Recompute::kNone);
}

/// Bytes of the weights, the gradients and the optimizer, after what is sharded.
StageMemory states(const MemoryTerms& m, const RankParameters& rank) {
  const StepInputs& inputs = m.inputs;
  const int zero = inputs.layout.zero;
  const double shards = inputs.shard_ranks();
  const double expert_shards = inputs.expert_shard_ranks();
  const auto sharded = [&](const LayerParameters& parameters, bool is_sharded) {
    if (!is_sharded) return parameters.total();
    return parameters.common / shards + parameters.routed / expert_shards;
  };
  // The optimizer's fp32 weights are the weights, or a copy of them.
  const bool wide = m.habits.wide_weights && zero == 3;
  const bool copy = inputs.tuning.reference_model && !inputs.tuning.lora();
  StageMemory memory;
  memory.weights =
      Bytes((copy ? 2.0 : 1.0) * (wide ? 4.0 : m.element) * sharded(rank.all, zero == 3));
  memory.gradients = Bytes(gradient_bytes(inputs) * sharded(rank.trained, zero >= 2));
  if (inputs.layout.offload == Offload::kNone) {
    const double bytes = optimizer_state_bytes(inputs) - (wide && m.element < 4.0 ? 4.0 : 0.0);
    memory.optimizer = Bytes(bytes * sharded(rank.trained, zero >= 1));
  }
  return memory;
}

/// Gradients of the feed-forward block's inner elements, which the backward pass holds beside what
/// it has yet to free.
double backward_bytes(const MemoryTerms& m) {
  const Transformer& model = m.inputs.model;
  const double inner = (model.gated() ? 2.0 : 1.0) * number(model.feed_forward);
  return m.element * m.tokens * inner / m.tensor;
}

/// With ZeRO-3 two layers and the ends gathered; one layer's gradients before they are scattered.
/// Two copies of weights in fp8; 16-bit gradients in buckets.
double parameter_buffers(const MemoryTerms& m, const RankParameters& stage, bool ends) {
  const StepInputs& inputs = m.inputs;
  double bytes = 0.0;
  if (inputs.layout.zero == 3) {
    const bool experts = inputs.model.expert_layers() > 0;
    const RankParameters layer =
        layer_on_rank(inputs, experts ? LayerKind::kExpert : LayerKind::kDense);
    bytes += 2.0 * m.element * layer.all.total() + gradient_bytes(inputs) * layer.trained.total();
    if (m.habits.wide_weights && ends) bytes += 2.0 * m.element * end_on_rank(inputs).all.total();
  }
  if (m.fp8_inputs() && inputs.layout.zero < 3) {
    bytes += (inputs.software.fp8_gather ? 0.0 : 2.0) * stage.all.total();
  }
  const bool replicated = inputs.layout.zero == 0 && inputs.data() > 1;
  if (m.habits.gradient_buckets && replicated) bytes += m.element * stage.trained.total();
  return bytes;
}

/// What nanotron's ZeRO-1 needs to gather updated weights: this rank's share, flat; all ranks' as
/// NCCL gathers them, in one block; and once more a block for each rank. No block of activations is
/// as large as the one; the others are cut from such blocks, if they fit, or from the `logits`.
double gather_bytes(const MemoryTerms& m, const RankParameters& stage, double logits) {
  const double weights = m.element * stage.trained.total();
  const double share = weights / m.inputs.shard_ranks();
  const Transformer& model = m.inputs.model;
  const double largest =
      m.element * m.tokens * (model.gated() ? 2.0 : 1.0) * number(model.feed_forward) / m.tensor;
  return share + weights + (share > largest ? std::max(0.0, weights - logits) : 0.0);
}

/// What the allocator holds beyond the peak of what is allocated: no more than it can have.
Bytes cached(const MemoryTerms& m, const RankParameters& stage, Bytes allocated, double logits) {
  Bytes bytes = allocated * kFragments;
  if (m.habits.flat_gather && m.inputs.layout.zero == 1 && m.inputs.data() > 1) {
    bytes += Bytes(gather_bytes(m, stage, logits));
  }
  const Bytes limit = m.inputs.node.accelerator.memory.value * kFilledFreely;
  return std::clamp(bytes, Bytes(0), std::max(limit - allocated, Bytes(0)));
}

/// Of ranks that hold the same, the first has the most microbatches in flight.
Bytes fullest(const MemoryModel& model, std::span<const RankLayers> ranks) {
  Bytes most;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    if (rank > 0 && ranks[rank] == ranks[rank - 1]) continue;
    most = std::max(most, model.of_rank(static_cast<int>(rank), ranks[rank]).total());
  }
  return most;
}

/// Frameworks that may keep them do so where every rank has room.
bool keeps_gathered_inputs(const StepInputs& inputs, std::span<const RankLayers> ranks) {
  const bool gathers = inputs.layout.tensor > 1 && inputs.layout.sequence_parallel;
  if (!gathers || !memory_habits(inputs.software.framework).gathered_inputs) return false;
  const Bytes limit = inputs.node.accelerator.memory.value * (kFilledFreely / (1.0 + kFragments));
  return fullest(MemoryModel(inputs, true), ranks) <= limit;
}

}  // namespace

MemoryTerms::MemoryTerms(const StepInputs& in, bool gathered)
    : inputs(in),
      habits(memory_habits(in.software.framework)),
      gathered_inputs(gathered),
      tokens(microbatch_tokens(in)),
      element(element_bytes(in.precision)),
      product_input(fp8_inputs() ? 1.0 : element),
      tensor(in.layout.tensor),
      outside(in.layout.sequence_parallel ? in.layout.tensor : 1.0) {}

MemoryModel::MemoryModel(const StepInputs& inputs, bool gathered_inputs)
    : terms_(inputs, gathered_inputs), shape_(pipeline_shape(inputs)), end_(end_on_rank(inputs)) {
  for (LayerKind kind : kLayerKinds) {
    if (kind == LayerKind::kExpert && !inputs.model.experts) continue;
    layers_[index_of(kind)] = {layer_on_rank(inputs, kind), kept_activations(terms_, kind),
                               unfolded_activations(terms_, kind)};
  }
}

StageMemory MemoryModel::of_rank(int rank, const RankLayers& held) const {
  RankParameters parameters;
  double kept = 0.0, unfolded = 0.0;
  for (LayerKind kind : kLayerKinds) {
    const int count = held.count(kind);
    if (count == 0) continue;
    const Layer& layer = layers_[index_of(kind)];
    parameters += layer.parameters * count;
    kept += layer.kept * count;
    unfolded = std::max(unfolded, layer.unfolded);
  }
  if (held.embedding) parameters += end_;
  if (held.head && head_has_weights(terms_.inputs)) parameters += end_;

  const double in_flight = static_cast<double>(chunks_in_flight(rank, shape_)) / shape_.chunks;
  const double vocabulary = number(terms_.inputs.model.vocabulary);
  const double logits =
      held.head ? terms_.habits.logit_bytes * terms_.tokens * vocabulary / terms_.tensor : 0.0;
  StageMemory memory = states(terms_, parameters);
  memory.activations = Bytes(kept * in_flight + unfolded);
  memory.buffers = Bytes(std::max(logits, backward_bytes(terms_)) +
                         parameter_buffers(terms_, parameters, held.embedding || held.head));
  memory.cached = cached(terms_, parameters, memory.total(), logits);
  return memory;
}

std::vector<StageMemory> forecast_memory(const StepInputs& inputs) {
  const std::vector<RankLayers> ranks = layers_by_rank(inputs);
  const MemoryModel model(inputs, keeps_gathered_inputs(inputs, ranks));
  std::vector<StageMemory> memory;
  for (const RankLayers& held : ranks) {
    memory.push_back(model.of_rank(static_cast<int>(memory.size()), held));
  }
  return memory;
}

Bytes forecast_peak_memory(const StepInputs& inputs) {
  return peak_memory(inputs, layers_by_rank(inputs));
}

Bytes peak_memory(const StepInputs& inputs, std::span<const RankLayers> ranks) {
  return fullest(MemoryModel(inputs, keeps_gathered_inputs(inputs, ranks)), ranks);
}

}  // namespace sextant
