#include "work_counts.h"

#include <algorithm>
#include <cmath>

#include "optimizer_state.h"
#include "stages.h"

namespace sextant {
namespace {

/// Traffic of elementwise operations that run one by one, relative to fused ones.
constexpr double kEagerTraffic = 1.5;
constexpr std::size_t kNormsOfALayer = 2;

double padded_vocabulary(const StepInputs& inputs) {
  const double block = 128.0 * inputs.layout.tensor;
  return std::ceil(static_cast<double>(inputs.model.vocabulary) / block) * block;
}

/// Format of the layers' linear maps; attention and the head stay in 16 bits under fp8.
GemmFormat format_of(Precision precision) {
  switch (precision) {
    case Precision::kFp8:
      return GemmFormat::kFp8;
    case Precision::kTf32:
      return GemmFormat::kTf32;
    case Precision::kFp32:
      return GemmFormat::kFp32;
    case Precision::kBf16:
    case Precision::kFp16:
      break;
  }
  return GemmFormat::k16bit;
}

}  // namespace

WorkCounts::WorkCounts(const StepInputs& inputs, const SoftwareCoefficients& software)
    : inputs_(inputs),
      software_(software),
      tokens_(microbatch_tokens(inputs)),
      hidden_(static_cast<double>(inputs.model.hidden)),
      vocabulary_(padded_vocabulary(inputs)),
      tensor_(inputs.layout.tensor),
      element_(element_bytes(inputs.precision)),
      linear_(format_of(inputs.precision)),
      other_(linear_ == GemmFormat::kFp8 ? GemmFormat::k16bit : linear_) {}

/// Forward product, gradient of the input, gradient of the weight. Experts of one rank run as one
/// grouped kernel, or one after another.
LinearCounts WorkCounts::linear(const Linear& l) const {
  const bool grouped = inputs_.software.grouped_experts;
  const double together = grouped ? l.matrices : 1.0;
  LinearCounts counts;
  counts.times = grouped ? 1.0 : l.matrices;
  counts.forward = {l.tokens, l.out, l.in, together};
  counts.backward = {l.tokens, l.in, l.out, together};
  counts.frozen = l.frozen;
  if (l.frozen) return counts;
  counts.weights = {l.in, l.out, l.tokens, together};
  counts.accumulated_bytes = accumulated_bytes(l);
  return counts;
}

/// Gradients of a microbatch are added to those of the ones before. Where they are sharded only a
/// shard is added up.
double WorkCounts::accumulated_bytes(const Linear& l) const {
  if (inputs_.layout.zero >= 2 || inputs_.microbatches() == 1) return 0.0;
  const double in_32_bits = l.in * l.out * l.matrices * gradient_bytes(inputs_) / 4.0;
  return software_.accumulation_traffic * in_32_bits;
}

/// Scores and their product with the values. Fused kernels do the causal half only, and 2.5 times
/// as much in the backward pass (Dao 2023); unfused attention does all of it in batched GEMMs and
/// passes the scores through memory: 13 bytes per score forward (write, masked softmax, dropout,
/// read) and 19 backward, counted from Megatron's kernels.
AttentionCounts WorkCounts::attention() const {
  const double batch = inputs_.layout.micro_batch;
  const double heads = static_cast<double>(inputs_.model.heads) / tensor_;
  const double rows = static_cast<double>(inputs_.sequence_length) / inputs_.layout.context;
  const double columns = static_cast<double>(inputs_.sequence_length);
  const double key = static_cast<double>(inputs_.model.head_width());
  const double value = static_cast<double>(inputs_.model.value_width());
  const double scores = batch * heads * rows * columns;
  AttentionCounts counts;
  counts.scores = {rows, columns, key, batch * heads};
  counts.values = {rows, value, columns, batch * heads};
  counts.fused = inputs_.software.attention != AttentionKernel::kUnfused;
  if (counts.fused) {
    counts.forward = Flops(scores * (key + value) * (inputs_.model.bidirectional ? 2.0 : 1.0));
    counts.backward = counts.forward * 2.5;
    return counts;
  }
  const double passes = software_.elementwise_passes * element_ / 2.0;
  counts.forward_bytes = 9.0 * passes * scores;
  counts.backward_bytes = 13.0 * passes * scores;
  return counts;
}

/// Norms, residuals, activation, rotary embedding, the way to the experts and back, and the casts
/// of fp8: bytes moved. Dropout masks belong to the GPT generation (ungated activations). Unfused
/// frameworks pass the same data half as often again.
StreamCounts WorkCounts::elementwise(const LayerShapes& shapes, LayerKind kind) const {
  const Transformer& model = inputs_.model;
  const bool sharded = inputs_.layout.sequence_parallel || inputs_.layout.tensor == 1;
  const double block = tokens_ * hidden_ / (sharded ? tensor_ : 1.0);
  const double dropout = model.gated() ? 0.0 : 1.0;
  // In elements. Two norms (read, write) and two residual additions (read twice, write).
  double forward = block * (4.0 + 6.0 + 2.0 * dropout);
  double backward = block * (8.0 + 4.0 + 2.0 * dropout);
  forward += shapes.activated * (model.gated() ? 3.0 : 2.0);
  backward += shapes.activated * (model.gated() ? 5.0 : 3.0);
  const double rotary = tokens_ * (query_width(model) + key_width(model)) / tensor_;
  forward += 2.0 * rotary;
  backward += 2.0 * rotary;
  if (kind == LayerKind::kExpert) {
    // Sorted by destination, sorted by expert on arrival, and both undone (read, write each); the
    // way back also clears its target, weights by the router's probabilities and adds up. Counted
    // from the kernels of Megatron-Core's all-to-all dispatcher.
    const double routed = routed_tokens(inputs_) * hidden_;
    forward += 12.0 * routed;
    backward += 12.0 * routed;
  }
  const double passes = element_ * software_.elementwise_passes *
                        (inputs_.software.fused_elementwise ? 1.0 : kEagerTraffic);
  forward *= passes;
  backward *= passes;
  if (linear_ == GemmFormat::kFp8) {
    // Each input of a linear is read in 16 bits and written in 8, plain and transposed; so is the
    // gradient of each output.
    double inputs = 0.0;
    for (const Linear& linear : shapes.linears) {
      inputs += linear.tokens * linear.in * linear.matrices;
    }
    forward += 4.0 * inputs;
    backward += 4.0 * inputs;
  }
  if (inputs_.layout.context > 1 && inputs_.layout.context_exchange == ContextExchange::kRing) {
    // What attention makes of each further block, on average half of it behind the causal mask, is
    // weighted and added up in 32 bits: read in 16 bits, sum read and written; backward the same
    // for queries, keys and values.
    const double block_outputs =
        tokens_ * static_cast<double>(inputs_.model.heads * inputs_.model.value_width()) / tensor_;
    const double keys = tokens_ * 2.0 * key_width(model) / tensor_;
    const double blocks = 0.5 * (inputs_.layout.context - 1.0);
    forward += 10.0 * blocks * block_outputs;
    backward += 10.0 * blocks * (block_outputs + keys);
  }
  const double kernels = elementwise_kernels(shapes, kind);
  return {forward, backward, kernels, 2.0 * kernels};
}

/// Kernels of a layer's forward pass besides GEMMs and attention: two casts for each linear map in
/// fp8; masks, softmax and transpositions of unfused attention; for each block of a ring of context
/// ranks two copies, a correction and its sums.
double WorkCounts::elementwise_kernels(const LayerShapes& shapes, LayerKind kind) const {
  double kernels = inputs_.software.fused_elementwise ? 15.0 : 27.0;
  if (inputs_.software.attention == AttentionKernel::kUnfused) kernels += 7.0;
  if (kind == LayerKind::kExpert) kernels += 12.0;
  if (linear_ == GemmFormat::kFp8) kernels += 2.0 * matrix_kernels(shapes);
  if (inputs_.layout.context > 1) kernels += 6.0 * inputs_.layout.context;
  return kernels;
}

/// GEMMs of a layer's linear maps.
double WorkCounts::matrix_kernels(const LayerShapes& shapes) const {
  double kernels = 0.0;
  for (const Linear& linear : shapes.linears) {
    kernels += inputs_.software.grouped_experts ? 1.0 : linear.matrices;
  }
  return kernels;
}

double WorkCounts::forward_kernels(const LayerShapes& shapes, LayerKind kind) const {
  const double attention = inputs_.software.attention == AttentionKernel::kUnfused ? 2.0 : 1.0;
  // An all-reduce for each block, or a gather and a reduce-scatter.
  const double collectives = inputs_.layout.tensor == 1         ? 0.0
                             : inputs_.layout.sequence_parallel ? 4.0
                                                                : 2.0;
  return matrix_kernels(shapes) + attention + elementwise_kernels(shapes, kind) + 3.0 * collectives;
}

StreamCounts WorkCounts::embedding() const {
  const double bytes = tokens_ * hidden_ * 3.0 * element_;
  if (inputs_.tuning.lora()) return {bytes, 0.0, 1.0, 0.0};
  return {bytes, 2.0 * bytes, 1.0, 2.0};
}

/// Output projection in 16 bits and cross-entropy on fp32 logits, of whose traffic three fifths
/// fall to the forward pass.
HeadCounts WorkCounts::head() const {
  const double columns = vocabulary_ / tensor_;
  const double traffic = software_.logit_traffic * (tokens_ * columns);
  HeadCounts counts;
  counts.forward = {tokens_, columns, hidden_};
  counts.backward = {tokens_, hidden_, columns};
  counts.weights = {hidden_, columns, tokens_};
  counts.forward_bytes = traffic * 0.6;
  counts.backward_bytes = traffic * 0.4;
  counts.frozen = inputs_.tuning.lora();
  return counts;
}

/// Per pass: an all-reduce for the attention block and one for the feed-forward block, or as many
/// bytes in reduce-scatters and all-gathers with sequence parallelism. Routed tokens go to all
/// ranks that cut their expert.
TensorCounts WorkCounts::tensor(LayerKind kind) const {
  const bool experts = kind == LayerKind::kExpert;
  TensorCounts counts;
  if (experts) counts.routed_bytes = routed_tokens(inputs_) * hidden_ * element_;
  if (inputs_.layout.tensor == 1) return counts;
  const bool one_block = experts && inputs_.model.experts->shared == 0;
  counts.collectives = one_block ? 1.0 : 2.0;
  counts.halves = inputs_.layout.sequence_parallel;
  counts.bytes = tokens_ * hidden_ * element_;
  return counts;
}

/// Tokens to their experts and back, each rank with its share of the sequence.
double WorkCounts::expert_bytes() const {
  return routed_tokens(inputs_) / inputs_.layout.expert_tensor_ranks() * hidden_ * element_;
}

/// Ring: keys and values go around. All-to-all: queries, keys, values and outputs change from a
/// share of the sequence to a share of the heads and back.
ContextCounts WorkCounts::context() const {
  const double ranks = inputs_.layout.context;
  ContextCounts counts;
  if (ranks == 1.0) return counts;
  const double keys = key_width(inputs_.model);
  const double values = keys * static_cast<double>(inputs_.model.value_width()) /
                        static_cast<double>(inputs_.model.head_width());
  counts.ring = inputs_.layout.context_exchange == ContextExchange::kRing;
  if (counts.ring) {
    counts.ring_bytes = (keys + values) / tensor_ * tokens_ * ranks * element_;
    return counts;
  }
  const double outputs = static_cast<double>(inputs_.model.heads * inputs_.model.value_width());
  const double before = query_width(inputs_.model) + keys + values;
  counts.before_bytes = tokens_ * before / tensor_ * element_;
  counts.after_bytes = tokens_ * outputs / tensor_ * element_;
  return counts;
}

/// Reads the gradient (4 bytes), reads and writes the state, writes the 16-bit weight; gradient
/// norm and clipping read and write the gradient (8). LAMB also reads weight and update again for
/// its norms per layer (8).
OptimizerCounts WorkCounts::optimizer(const LayerParameters& trained) const {
  const int zero = inputs_.layout.zero;
  const double shards = zero >= 1 ? inputs_.shard_ranks() : 1;
  const double expert_shards = zero >= 1 ? inputs_.expert_shard_ranks() : 1;
  const double norm_shards = zero >= 2 ? shards : 1.0;
  const double updated = trained.common / shards + trained.routed / expert_shards;
  const double traffic = optimizer_traffic(inputs_) * updated;
  OptimizerCounts counts;
  counts.norm_bytes = 8.0 * trained.total() / norm_shards;
  if (inputs_.layout.offload == Offload::kOptimizer) {
    counts.host_link_bytes = gradient_bytes(inputs_) * updated + element_ * updated;
    counts.host_memory_bytes = traffic;
  } else {
    counts.update_bytes = traffic;
  }
  return counts;
}

ExchangeCounts WorkCounts::reduce(const LayerParameters& trained) const {
  const double shards = inputs_.layout.zero == 0
                            ? static_cast<double>(inputs_.data() * inputs_.layout.context)
                            : static_cast<double>(inputs_.shard_ranks());
  ExchangeCounts counts;
  counts.times = collectives(trained.total(), software_.reduce_bucket);
  counts.halves = inputs_.layout.zero != 0;
  counts.common_bytes = trained.common / counts.times * gradient_bytes(inputs_);
  counts.replica_bytes = counts.common_bytes / shards;
  counts.routed_bytes = trained.routed / counts.times * gradient_bytes(inputs_);
  return counts;
}

ExchangeCounts WorkCounts::gather(const LayerParameters& parameters) const {
  ExchangeCounts counts;
  if (inputs_.layout.zero == 0) return counts;
  counts.times = collectives(parameters.total(), software_.gather_bucket);
  const bool narrow = linear_ == GemmFormat::kFp8 && inputs_.software.fp8_gather;
  const double element = narrow ? 1.0 : element_;
  counts.common_bytes = parameters.common / counts.times * element;
  counts.routed_bytes = parameters.routed / counts.times * element;
  return counts;
}

double WorkCounts::message_bytes() const { return tokens_ * hidden_ * element_ / tensor_; }

double WorkCounts::tied_bytes() const {
  if (!inputs_.model.tied_embeddings || inputs_.layout.pipeline == 1 || inputs_.tuning.lora()) {
    return 0.0;
  }
  return gradient_bytes(inputs_) * vocabulary_ * hidden_ / tensor_;
}

double WorkCounts::bucket(double smallest) const {
  if (smallest == 0.0 || inputs_.layout.zero == 3) return 0.0;
  return std::max(smallest, software_.bucket_per_rank * inputs_.data());
}

/// In how many collectives `parameters` are exchanged.
double WorkCounts::collectives(double parameters, double smallest) const {
  if (smallest > 0.0) {
    return inputs_.layout.zero == 3 ? 1.0 : std::max(1.0, parameters / bucket(smallest));
  }
  const LayerKind kind = inputs_.model.experts ? LayerKind::kExpert : LayerKind::kDense;
  const double tensors =
      static_cast<double>(layer_shapes(inputs_, kind).linears.size() + kNormsOfALayer);
  return std::max(1.0, parameters * tensors / layer_on_rank(inputs_, kind).all.total());
}

}  // namespace sextant
