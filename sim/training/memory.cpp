#include <algorithm>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "stages.h"

namespace sextant {
namespace {

/// Bytes of activations that one layer keeps for the backward pass, per microbatch and rank.
double layer_activations(const StepInputs& inputs) {
  const Transformer& model = inputs.model;
  const double tokens = static_cast<double>(inputs.layout.micro_batch) *
                        static_cast<double>(inputs.sequence_length) / inputs.layout.context;
  const double h = static_cast<double>(model.hidden);
  const double kv = static_cast<double>(model.key_value_heads() * model.head_width());
  const double f = static_cast<double>(model.feed_forward);
  const double t = inputs.layout.tensor;
  const double outside = inputs.layout.sequence_parallel ? t : 1.0;
  if (inputs.layout.recompute == Recompute::kFull) return 2.0 * tokens * h / outside;

  const double dropout_mask = model.gated() ? 0.0 : 2.0 * h;
  // Inputs of both norms, of the attention and of the feed-forward block.
  double bytes = (4.0 * h + 4.0 * h + dropout_mask) / outside;
  bytes += (2.0 * h + 4.0 * kv + 2.0 * h) / t;   // queries, keys, values, output
  bytes += (model.gated() ? 6.0 : 4.0) * f / t;  // around the activation
  if (inputs.layout.recompute == Recompute::kOperator) bytes *= 0.5;
  const bool scores_kept = inputs.software.attention == AttentionKernel::kUnfused &&
                           inputs.layout.recompute == Recompute::kNone;
  if (scores_kept) {
    bytes +=
        5.0 * static_cast<double>(model.heads) * static_cast<double>(inputs.sequence_length) / t;
  }
  return bytes * tokens;
}

/// Microbatch passes whose activations a rank holds at its peak, in chunks.
double chunks_in_flight(const StepInputs& inputs, int rank) {
  const int ranks = inputs.layout.pipeline;
  const int chunks = inputs.layout.virtual_stages;
  const int ahead = chunks == 1 ? ranks - rank : (ranks - rank - 1) * 2 + (chunks - 1) * ranks + 1;
  return std::min(ahead, chunks * inputs.microbatches());
}

}  // namespace

std::vector<StageMemory> forecast_memory(const StepInputs& inputs) {
  const std::vector<VirtualStage> stages = cut_stages(inputs);
  const int ranks = inputs.layout.pipeline;
  const int chunks = inputs.layout.virtual_stages;
  const double shards = inputs.shard_ranks();
  const double tokens = static_cast<double>(inputs.layout.micro_batch) *
                        static_cast<double>(inputs.sequence_length) / inputs.layout.context;
  const double t = inputs.layout.tensor;
  std::vector<StageMemory> memory;
  for (int rank = 0; rank < ranks; ++rank) {
    double parameters = 0.0;
    double layers = 0.0;
    bool head = false;
    for (int chunk = 0; chunk < chunks; ++chunk) {
      const VirtualStage& stage = stages[static_cast<std::size_t>(chunk * ranks + rank)];
      layers += stage.layers;
      head = head || stage.head;
      const bool own_head = stage.head && !(inputs.model.tied_embeddings && ranks == 1);
      parameters += stage.layers * layer_parameters(inputs.model) +
                    ((stage.embedding ? 1.0 : 0.0) + (own_head ? 1.0 : 0.0)) *
                        embedding_parameters(inputs.model);
    }
    parameters /= t;
    StageMemory stage;
    const int zero = inputs.layout.zero;
    const double gradient_bytes = inputs.software.gradients == GradientType::kBf16 ? 2.0 : 4.0;
    stage.weights = Bytes(2.0 * parameters / (zero == 3 ? shards : 1.0));
    stage.gradients = Bytes(gradient_bytes * parameters / (zero >= 2 ? shards : 1.0));
    stage.optimizer = Bytes(12.0 * parameters / (zero >= 1 ? shards : 1.0));
    const double per_chunk = layers / chunks * layer_activations(inputs);
    double activations = per_chunk * chunks_in_flight(inputs, rank);
    if (inputs.layout.recompute == Recompute::kFull) {
      // One layer is unfolded again while its backward pass runs.
      StepInputs unfolded = inputs;
      unfolded.layout.recompute = Recompute::kNone;
      activations += layer_activations(unfolded);
    }
    stage.activations = Bytes(activations);
    double buffers = 0.0;
    if (head) {  // logits in 16 and 32 bits
      buffers += 6.0 * tokens * static_cast<double>(inputs.model.vocabulary) / t;
    }
    if (zero == 3) {  // two layers gathered, one layer's gradients before they are scattered
      buffers += (2.0 * 2.0 + gradient_bytes) * layer_parameters(inputs.model) / t;
    }
    stage.buffers = Bytes(buffers);
    memory.push_back(stage);
  }
  return memory;
}

}  // namespace sextant
