#include "layer_work.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/training/parameters.h"

namespace sextant {
namespace {

constexpr double kActivationBytes = 2.0;  // bf16 or fp16
/// Traffic of elementwise operations that run one by one, relative to fused ones.
constexpr double kEagerTraffic = 1.5;

const ComputeCoefficients& generation(const StepInputs& inputs, const Calibration& calibration) {
  const auto found = calibration.accelerators.find(inputs.node.accelerator.generation);
  SEXTANT_ASSERT(found != calibration.accelerators.end(), "no coefficients for {}",
                 inputs.node.accelerator.generation);
  return found->second;
}

const SoftwareCoefficients& software(const StepInputs& inputs, const Calibration& calibration) {
  const auto found = calibration.software.find(inputs.software.framework);
  SEXTANT_ASSERT(found != calibration.software.end(), "no coefficients for software {}",
                 inputs.software.framework);
  return found->second;
}

CollectiveTimer make_network(const StepInputs& inputs, const Calibration& calibration) {
  const ComputeCoefficients& chip = generation(inputs, calibration);
  const NetworkLevel node{inputs.node.accelerator.link_bandwidth.value * chip.link.value,
                          chip.link_latency};
  if (inputs.accelerators <= inputs.node.accelerators) return {node, node};
  const auto fabric = calibration.fabrics.find(inputs.node.fabric);
  SEXTANT_ASSERT(fabric != calibration.fabrics.end(), "no coefficients for fabric {}",
                 inputs.node.fabric);
  return {node, NetworkLevel{inputs.node.network_bandwidth *
                                 (fabric->second.efficiency / inputs.node.accelerators),
                             fabric->second.latency}};
}

double padded_vocabulary(const StepInputs& inputs) {
  const double block = 128.0 * inputs.layout.tensor;
  return std::ceil(static_cast<double>(inputs.model.vocabulary) / block) * block;
}

}  // namespace

WorkModel::WorkModel(const StepInputs& inputs, const Calibration& calibration)
    : inputs_(inputs),
      calibration_(calibration),
      software_(software(inputs, calibration)),
      timer_(inputs.node.accelerator, generation(inputs, calibration)),
      network_(make_network(inputs, calibration)),
      tokens_(static_cast<double>(inputs.layout.micro_batch) *
              static_cast<double>(inputs.sequence_length) / inputs.layout.context),
      hidden_(static_cast<double>(inputs.model.hidden)),
      key_value_(static_cast<double>(inputs.model.key_value_heads() * inputs.model.head_width())),
      feed_forward_(static_cast<double>(inputs.model.feed_forward)),
      vocabulary_(padded_vocabulary(inputs)),
      tensor_(inputs.layout.tensor),
      fp8_(inputs.precision == Precision::kFp8) {}

Seconds WorkModel::linear(double n, double k) const { return timer_.gemm({tokens_, n, k}, fp8_); }

/// The layer's four matrix products; the backward pass has one for the input's and one for the
/// weight's gradient.
WorkModel::Passes WorkModel::gemms() const {
  const double up = (inputs_.model.gated() ? 2.0 : 1.0) * feed_forward_ / tensor_;
  const std::array shapes{std::pair{(hidden_ + 2.0 * key_value_) / tensor_, hidden_},  // n, k
                          std::pair{hidden_, hidden_ / tensor_}, std::pair{up, hidden_},
                          std::pair{hidden_, feed_forward_ / tensor_}};
  Passes passes;
  for (const auto& [n, k] : shapes) {
    passes.forward += linear(n, k);
    passes.backward += linear(k, n) + timer_.gemm({k, n, tokens_}, fp8_);
  }
  return passes;
}

/// Scores and their product with the values. Fused kernels do the causal half only, and 2.5 times
/// as much in the backward pass (Dao 2023); unfused attention does all of it in batched GEMMs and
/// passes the scores through memory: 13 bytes per score forward (write, masked softmax, dropout,
/// read) and 19 backward, counted from Megatron's kernels.
WorkModel::Passes WorkModel::attention_core() const {
  const double batch = inputs_.layout.micro_batch;
  const double heads = static_cast<double>(inputs_.model.heads) / tensor_;
  const double rows = static_cast<double>(inputs_.sequence_length) / inputs_.layout.context;
  const double columns = static_cast<double>(inputs_.sequence_length);
  const double width = static_cast<double>(inputs_.model.head_width());
  if (inputs_.software.attention != AttentionKernel::kUnfused) {
    const Flops forward(2.0 * batch * heads * rows * columns * width);
    return {timer_.fused_attention(inputs_.software.attention, forward),
            timer_.fused_attention(inputs_.software.attention, forward * 2.5)};
  }
  const double scores = batch * heads * rows * columns;
  const Seconds score_gemm = timer_.gemm({rows, columns, width, batch * heads});
  const Seconds value_gemm = timer_.gemm({rows, width, columns, batch * heads});
  const double passes = software_.elementwise_passes;
  return {score_gemm + value_gemm + timer_.streaming(Bytes(9.0 * passes * scores)),
          2.0 * (score_gemm + value_gemm) + timer_.streaming(Bytes(13.0 * passes * scores))};
}

/// Norms, residuals, activation, rotary embedding, and the casts of fp8: bytes moved. Dropout
/// masks belong to the GPT generation (ungated activations). Unfused frameworks pass the same
/// data half as often again.
WorkModel::Passes WorkModel::elementwise() const {
  const bool sharded = inputs_.layout.sequence_parallel || inputs_.layout.tensor == 1;
  const double block = tokens_ * hidden_ / (sharded ? tensor_ : 1.0);
  const double dropout = inputs_.model.gated() ? 0.0 : 2.0;
  // Two norms (read, write) and two residual additions (read twice, write).
  double forward = block * 2.0 * (4.0 + 6.0 + dropout);
  double backward = block * 2.0 * (8.0 + 4.0 + dropout);
  const double wide = tokens_ * feed_forward_ / tensor_;
  forward += wide * (inputs_.model.gated() ? 6.0 : 4.0);
  backward += wide * (inputs_.model.gated() ? 10.0 : 6.0);
  const double rotary = tokens_ * (hidden_ + key_value_) / tensor_;
  forward += 4.0 * rotary;
  backward += 4.0 * rotary;
  const double passes =
      software_.elementwise_passes * (inputs_.software.fused_elementwise ? 1.0 : kEagerTraffic);
  forward *= passes;
  backward *= passes;
  if (fp8_) {
    // Each input of a linear is read in 16 bits and written in 8, plain and transposed; so is the
    // gradient of each output.
    const double inputs = tokens_ * (2.0 * hidden_ + hidden_ / tensor_ + feed_forward_ / tensor_);
    forward += 4.0 * inputs;
    backward += 4.0 * inputs;
  }
  return {timer_.streaming(Bytes(forward)), timer_.streaming(Bytes(backward))};
}

/// Two all-reduces per pass, or as many bytes in reduce-scatters and all-gathers with sequence
/// parallelism. Overlap hides its share, but not more than the GEMMs that it hides behind.
WorkModel::Passes WorkModel::tensor_communication(Seconds forward_gemms) const {
  if (inputs_.layout.tensor == 1) return {};
  const Bytes activations(tokens_ * hidden_ * kActivationBytes);
  const Seconds time = 2.0 * network_.all_reduce(activations, tensor_group());
  if (!inputs_.software.tensor_overlap) return {time, time};
  const double hidden_share = calibration_.tensor_overlap_hidden;
  const Seconds hidden = std::min(time * hidden_share, forward_gemms);
  return {time - hidden, time - hidden};
}

/// Keys and values go around the ring of context-parallel ranks while attention works on the
/// block that has arrived; what is longer than that stays exposed.
WorkModel::Passes WorkModel::context_communication(const Passes& attention) const {
  const double ranks = inputs_.layout.context;
  if (ranks == 1.0) return {};
  const Bytes all_blocks(2.0 * key_value_ / tensor_ * tokens_ * ranks * kActivationBytes);
  const Seconds ring = network_.half_all_reduce(all_blocks, context_group());
  const double behind = (ranks - 1.0) / ranks;
  return {std::max(Seconds(0), ring - attention.forward * behind),
          std::max(Seconds(0), 2.0 * ring - attention.backward * behind)};
}

/// Kernels that the host launches for one layer's forward pass.
int WorkModel::forward_kernels() const {
  const int attention = inputs_.software.attention == AttentionKernel::kUnfused ? 12 : 4;
  const int elementwise = inputs_.software.fused_elementwise ? 12 : 24;
  const int communication = inputs_.layout.tensor > 1 ? 4 : 0;
  const int casts = fp8_ ? 8 : 0;
  return 4 + attention + elementwise + communication + casts;
}

PassWork WorkModel::layer() const {
  const Passes gemm = gemms();
  const Passes attention = attention_core();
  const Passes other = elementwise();
  const Passes tensor = tensor_communication(gemm.forward);
  const Passes context = context_communication(attention);

  PassWork work;
  work.forward[StepPart::kCompute] = (gemm.forward + attention.forward + other.forward).si();
  work.forward[StepPart::kTensorParallel] = tensor.forward.si();
  work.forward[StepPart::kContextParallel] = context.forward.si();
  work.backward[StepPart::kCompute] = (gemm.backward + attention.backward + other.backward).si();
  work.backward[StepPart::kTensorParallel] = tensor.backward.si();
  work.backward[StepPart::kContextParallel] = context.backward.si();

  double launches = forward_kernels();
  switch (inputs_.layout.recompute) {
    case Recompute::kNone:
      break;
    case Recompute::kSelective:
      work.backward[StepPart::kRecompute] = attention.forward.si();
      break;
    case Recompute::kOperator:
      work.backward[StepPart::kRecompute] = (0.5 * gemm.forward + other.forward).si();
      launches *= 1.5;
      break;
    case Recompute::kFull:
      work.backward[StepPart::kRecompute] = work.forward[StepPart::kCompute];
      work.backward[StepPart::kTensorParallel] += tensor.forward.si();
      work.backward[StepPart::kContextParallel] += context.forward.si();
      launches *= 2.0;
      break;
  }
  if (!inputs_.software.cuda_graphs) {
    // The host runs ahead of the device: only what the device does not cover is exposed.
    const double host = software_.host_per_kernel.value.si();
    work.forward[StepPart::kHost] = std::max(0.0, forward_kernels() * host - work.forward.total());
    work.backward[StepPart::kHost] =
        std::max(0.0, (launches + forward_kernels()) * host - work.backward.total());
  }
  return work;
}

PassWork WorkModel::embedding() const {
  const Seconds pass = timer_.streaming(Bytes(tokens_ * hidden_ * 3.0 * kActivationBytes));
  PassWork work;
  work.forward[StepPart::kCompute] = pass.si();
  work.backward[StepPart::kCompute] = 2.0 * pass.si();
  return work;
}

/// Output projection in 16 bits and cross-entropy on fp32 logits: written, read twice forward;
/// read and written backward.
PassWork WorkModel::head() const {
  const double columns = vocabulary_ / tensor_;
  const Seconds forward = timer_.gemm({tokens_, columns, hidden_});
  const Seconds backward =
      timer_.gemm({tokens_, hidden_, columns}) + timer_.gemm({hidden_, columns, tokens_});
  const double logits = tokens_ * columns;
  PassWork work;
  work.forward[StepPart::kCompute] = (forward + timer_.streaming(Bytes(14.0 * logits))).si();
  work.backward[StepPart::kCompute] = (backward + timer_.streaming(Bytes(8.0 * logits))).si();
  return work;
}

/// Adam on fp32 master weights: reads gradient (4), weight, both moments (12), writes them back
/// (12) and the 16-bit weight (2); gradient norm and clipping read and write the gradient (8).
Seconds WorkModel::optimizer(double parameters) const {
  const double shards = inputs_.layout.zero >= 1 ? inputs_.shard_ranks() : 1;
  const double norm_shards = inputs_.layout.zero >= 2 ? shards : 1.0;
  return timer_.streaming(Bytes(30.0 * parameters / shards)) +
         timer_.streaming(Bytes(8.0 * parameters / norm_shards));
}

Seconds WorkModel::pipeline_transfer() const {
  const Bytes bytes(tokens_ * hidden_ * kActivationBytes / tensor_);
  const std::int64_t distance = inputs_.accelerators / inputs_.layout.pipeline;
  return network_.point_to_point(bytes, distance < inputs_.node.accelerators);
}

Seconds WorkModel::reduce_gradients(double parameters) const {
  const Bytes bytes(parameters * (inputs_.software.gradients == GradientType::kBf16 ? 2.0 : 4.0));
  const GroupPlacement shards = shard_group();
  const GroupPlacement replicas = replica_group();
  const Seconds across = network_.all_reduce(bytes / static_cast<double>(shards.ranks), replicas);
  if (inputs_.layout.zero == 0) return network_.all_reduce(bytes, shards) + across;
  return network_.half_all_reduce(bytes, shards) + across;
}

Seconds WorkModel::gather_parameters(double parameters) const {
  if (inputs_.layout.zero == 0) return Seconds(0);
  const double element = fp8_ && inputs_.software.fp8_gather ? 1.0 : 2.0;
  return network_.half_all_reduce(Bytes(parameters * element), shard_group());
}

Seconds WorkModel::tie_embeddings() const {
  if (!inputs_.model.tied_embeddings || inputs_.layout.pipeline == 1) return Seconds(0);
  const double element = inputs_.software.gradients == GradientType::kBf16 ? 2.0 : 4.0;
  return network_.all_reduce(Bytes(element * vocabulary_ * hidden_ / tensor_),
                             {2, inputs_.accelerators <= inputs_.node.accelerators ? 2 : 1});
}

Seconds WorkModel::norm_all_reduce() const {
  const int ranks = static_cast<int>(inputs_.accelerators);
  return network_.all_reduce(Bytes(4), {ranks, std::min(ranks, inputs_.node.accelerators)});
}

/// Ranks of a communicator on one node when `inner` ranks of it belong to inner communicators.
int WorkModel::ranks_per_node_beyond(int inner) const {
  return std::max(1, inputs_.node.accelerators / inner);
}

GroupPlacement WorkModel::tensor_group() const {
  return {inputs_.layout.tensor, std::min(inputs_.layout.tensor, inputs_.node.accelerators)};
}

GroupPlacement WorkModel::context_group() const {
  return {inputs_.layout.context,
          std::min(inputs_.layout.context, ranks_per_node_beyond(inputs_.layout.tensor))};
}

GroupPlacement WorkModel::shard_group() const {
  const int ranks =
      inputs_.layout.zero == 0 ? inputs_.data() * inputs_.layout.context : inputs_.shard_ranks();
  return {ranks, std::min(ranks, ranks_per_node_beyond(inputs_.layout.tensor))};
}

GroupPlacement WorkModel::replica_group() const {
  const int shards = shard_group().ranks;
  const int ranks = inputs_.data() * inputs_.layout.context / shards;
  return {ranks, std::min(ranks, ranks_per_node_beyond(inputs_.layout.tensor * shards))};
}

}  // namespace sextant
