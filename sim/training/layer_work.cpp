#include "layer_work.h"

#include <algorithm>
#include <cmath>

#include "optimizer_state.h"
#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

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

CollectiveTimer make_network(const StepInputs& inputs, const Calibration& calibration,
                             CollectiveUse& use) {
  const ComputeCoefficients& chip = generation(inputs, calibration);
  const NetworkLevel node{inputs.node.accelerator.link_bandwidth.value * chip.link.value,
                          chip.link_latency};
  const auto found = calibration.collectives.find(inputs.node.platform);
  const CollectiveCoefficients* measured =
      found == calibration.collectives.end() ? nullptr : &found->second;
  const double cost = software(inputs, calibration).collective_cost;
  if (inputs.accelerators <= inputs.node.linked()) return {node, node, measured, &use, cost};
  const auto fabric = calibration.fabrics.find(inputs.node.fabric);
  SEXTANT_ASSERT(fabric != calibration.fabrics.end(), "no coefficients for fabric {}",
                 inputs.node.fabric);
  return {node,
          NetworkLevel{inputs.node.network_bandwidth *
                           (fabric->second.efficiency / inputs.node.accelerators),
                       fabric->second.latency},
          measured, &use, cost};
}

/// Expected largest of n draws from the standard normal distribution.
/// @source Blom 1958, Statistical Estimates and Transformed Beta-Variables.
double expected_largest(double n) {
  return n <= 1.0 ? 0.0 : normal_quantile((n - 0.375) / (n + 0.25));
}

/// Time that kernels take, relative to the coefficients: the slowest rank sets the pace, and later
/// releases have faster kernels.
double pace(const StepInputs& inputs, const Calibration& calibration) {
  const SoftwareCoefficients& coefficients = software(inputs, calibration);
  const double slowest =
      1.0 + calibration.rank_spread * expected_largest(static_cast<double>(inputs.accelerators));
  const double years =
      inputs.software.release ? *inputs.software.release - coefficients.release : 0.0;
  return slowest * portable_exp(-coefficients.yearly_gain * years);
}

double padded_vocabulary(const StepInputs& inputs) {
  const double block = 128.0 * inputs.layout.tensor;
  return std::ceil(static_cast<double>(inputs.model.vocabulary) / block) * block;
}

/// Format of the layers' linear maps; attention and the head stay in 16 bits under fp8.
GemmFormat linear_format(Precision precision) {
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

WorkModel::WorkModel(const StepInputs& inputs, const Calibration& calibration, CollectiveUse& use)
    : inputs_(inputs),
      calibration_(calibration),
      software_(software(inputs, calibration)),
      timer_(inputs.node.accelerator, generation(inputs, calibration), pace(inputs, calibration),
             software(inputs, calibration).between_kernels),
      network_(make_network(inputs, calibration, use)),
      groups_(inputs),
      tokens_(microbatch_tokens(inputs)),
      hidden_(static_cast<double>(inputs.model.hidden)),
      vocabulary_(padded_vocabulary(inputs)),
      tensor_(inputs.layout.tensor),
      element_(element_bytes(inputs.precision)),
      linear_(linear_format(inputs.precision)),
      other_(linear_ == GemmFormat::kFp8 ? GemmFormat::k16bit : linear_) {}

/// Forward product, gradient of the input, gradient of the weight. Experts of one rank run as one
/// grouped kernel, or one after another.
WorkModel::Passes WorkModel::gemms(const Linear& l) const {
  const bool grouped = inputs_.software.grouped_experts;
  const double together = grouped ? l.matrices : 1.0;
  const double times = grouped ? 1.0 : l.matrices;
  Passes passes;
  passes.forward = times * timer_.gemm({l.tokens, l.out, l.in, together}, linear_);
  passes.backward = times * timer_.gemm({l.tokens, l.in, l.out, together}, linear_);
  if (!l.frozen) {
    passes.weights =
        times * timer_.gemm({l.in, l.out, l.tokens, together}, linear_) + accumulate_gradients(l);
  }
  return passes;
}

/// Gradients of a microbatch are added to those of the ones before. Where they are sharded only a
/// shard is added up.
Seconds WorkModel::accumulate_gradients(const Linear& l) const {
  if (inputs_.layout.zero >= 2 || inputs_.microbatches() == 1) return Seconds(0);
  const double in_32_bits = l.in * l.out * l.matrices * gradient_bytes(inputs_) / 4.0;
  return timer_.streaming(Bytes(software_.accumulation_traffic * in_32_bits), 0.0);
}

WorkModel::Passes WorkModel::gemms(const LayerShapes& shapes) const {
  Passes sum;
  for (const Linear& linear : shapes.linears) {
    const Passes passes = gemms(linear);
    sum.forward += passes.forward;
    sum.backward += passes.backward;
    sum.weights += passes.weights;
  }
  return sum;
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
  const double key = static_cast<double>(inputs_.model.head_width());
  const double value = static_cast<double>(inputs_.model.value_width());
  const double scores = batch * heads * rows * columns;
  if (inputs_.software.attention != AttentionKernel::kUnfused) {
    const Flops forward(scores * (key + value) * (inputs_.model.bidirectional ? 2.0 : 1.0));
    return {timer_.fused_attention(inputs_.software.attention, forward),
            timer_.fused_attention(inputs_.software.attention, forward * 2.5), Seconds(0)};
  }
  const Seconds score_gemm = timer_.gemm({rows, columns, key, batch * heads}, other_);
  const Seconds value_gemm = timer_.gemm({rows, value, columns, batch * heads}, other_);
  const double passes = software_.elementwise_passes * element_ / 2.0;
  return {score_gemm + value_gemm + timer_.streaming(Bytes(9.0 * passes * scores)),
          2.0 * (score_gemm + value_gemm) + timer_.streaming(Bytes(13.0 * passes * scores)),
          Seconds(0)};
}

/// Norms, residuals, activation, rotary embedding, the way to the experts and back, and the casts
/// of fp8: bytes moved. Dropout masks belong to the GPT generation (ungated activations). Unfused
/// frameworks pass the same data half as often again.
WorkModel::Passes WorkModel::elementwise(const LayerShapes& shapes, LayerKind kind) const {
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
  return {timer_.streaming(Bytes(forward), kernels),
          timer_.streaming(Bytes(backward), 2.0 * kernels), Seconds(0)};
}

/// Kernels of a layer's forward pass besides GEMMs and attention: two casts for each linear map in
/// fp8; masks, softmax and transpositions of unfused attention; for each block of a ring of context
/// ranks two copies, a correction and its sums.
double WorkModel::elementwise_kernels(const LayerShapes& shapes, LayerKind kind) const {
  double kernels = inputs_.software.fused_elementwise ? 15.0 : 27.0;
  if (inputs_.software.attention == AttentionKernel::kUnfused) kernels += 7.0;
  if (kind == LayerKind::kExpert) kernels += 12.0;
  if (linear_ == GemmFormat::kFp8) kernels += 2.0 * matrix_kernels(shapes);
  if (inputs_.layout.context > 1) kernels += 6.0 * inputs_.layout.context;
  return kernels;
}

/// GEMMs of a layer's linear maps.
double WorkModel::matrix_kernels(const LayerShapes& shapes) const {
  double kernels = 0.0;
  for (const Linear& linear : shapes.linears) {
    kernels += inputs_.software.grouped_experts ? 1.0 : linear.matrices;
  }
  return kernels;
}

/// Kernels that the host launches for one layer's forward pass, collectives with their events and
/// waits.
double WorkModel::forward_kernels(const LayerShapes& shapes, LayerKind kind) const {
  const double attention = inputs_.software.attention == AttentionKernel::kUnfused ? 2.0 : 1.0;
  // An all-reduce for each block, or a gather and a reduce-scatter.
  const double collectives = inputs_.layout.tensor == 1         ? 0.0
                             : inputs_.layout.sequence_parallel ? 4.0
                                                                : 2.0;
  return matrix_kernels(shapes) + attention + elementwise_kernels(shapes, kind) + 3.0 * collectives;
}

/// What the backward pass computes again, in the share of the layers that recompute.
void WorkModel::add_recomputation(PassWork& work, const Passes& gemm, const Passes& attention,
                                  const Passes& other) const {
  const double share = 1.0 / inputs_.layout.recompute_every;
  double& recompute = work.backward[StepPart::kRecompute];
  switch (inputs_.layout.recompute) {
    case Recompute::kNone:
      break;
    case Recompute::kSelective:
      recompute = share * attention.forward.si();
      break;
    case Recompute::kOperator:
      recompute = share * (0.5 * gemm.forward + other.forward).si();
      break;
    case Recompute::kFull:
      recompute = share * work.forward[StepPart::kCompute];
      for (StepPart part :
           {StepPart::kTensorParallel, StepPart::kContextParallel, StepPart::kExpertParallel}) {
        work.backward[part] += share * work.forward[part];
      }
      break;
  }
}

/// The host runs ahead of the device: what the device does not cover is exposed. Since some kernels
/// of a pass take longer than their launch and others do not, both add up where they are near one
/// another.
double WorkModel::exposed_host(double host, double device) const {
  if (host <= 0.0 || device <= 0.0) return std::max(0.0, host);
  const double longer = std::max(host, device);
  const double ratio = std::min(host, device) / longer;
  const double p = software_.host_sharpness;
  return longer * portable_pow(1.0 + portable_pow(ratio, p), 1.0 / p) - device;
}

void WorkModel::add_host(PassWork& work, double kernels) const {
  if (inputs_.software.cuda_graphs) return;
  const double share = 1.0 / inputs_.layout.recompute_every;
  double again = 0.0;
  if (inputs_.layout.recompute == Recompute::kOperator) again = 0.5 * share;
  if (inputs_.layout.recompute == Recompute::kFull) again = share;
  const double host = software_.host_per_kernel.value.si();
  const double device = work.backward.total() + work.weights.total();
  work.forward[StepPart::kHost] = exposed_host(kernels * host, work.forward.total());
  work.backward[StepPart::kHost] = exposed_host(kernels * (2.0 + again) * host, device);
}

/// Weight gradients belong to the backward pass unless the schedule runs them apart; a reference
/// model passes forward too.
void WorkModel::finish(PassWork& work) const {
  if (inputs_.layout.pipeline_schedule() != Schedule::kZeroBubble) {
    work.backward += work.weights;
    work.weights = {};
  }
  if (inputs_.tuning.reference_model) work.forward = work.forward * 2.0;
}

PassWork WorkModel::layer(LayerKind kind) const {
  const LayerShapes shapes = layer_shapes(inputs_, kind);
  const Passes gemm = gemms(shapes);
  const Passes attention = attention_core();
  const Passes other = elementwise(shapes, kind);
  const Passes context = context_communication(attention);
  const double tensor = tensor_communication(shapes, kind, gemm.forward).si();
  const Seconds computing = gemm.forward + attention.forward + other.forward;
  const double expert = expert_communication(kind, computing).si();

  PassWork work;
  work.forward[StepPart::kCompute] = computing.si();
  work.forward[StepPart::kTensorParallel] = tensor;
  work.forward[StepPart::kContextParallel] = context.forward.si();
  work.forward[StepPart::kExpertParallel] = expert;
  work.backward[StepPart::kCompute] = (gemm.backward + attention.backward + other.backward).si();
  work.backward[StepPart::kTensorParallel] = tensor;
  work.backward[StepPart::kContextParallel] = context.backward.si();
  work.backward[StepPart::kExpertParallel] = expert;
  work.weights[StepPart::kCompute] = gemm.weights.si();
  add_recomputation(work, gemm, attention, other);
  add_host(work, forward_kernels(shapes, kind));
  finish(work);
  return work;
}

PassWork WorkModel::embedding() const {
  const Seconds pass = timer_.streaming(Bytes(tokens_ * hidden_ * 3.0 * element_));
  PassWork work;
  work.forward[StepPart::kCompute] = pass.si();
  if (!inputs_.tuning.lora()) work.backward[StepPart::kCompute] = 2.0 * pass.si();
  finish(work);
  return work;
}

/// Output projection in 16 bits and cross-entropy on fp32 logits, of whose traffic three fifths
/// fall to the forward pass.
PassWork WorkModel::head() const {
  const double columns = vocabulary_ / tensor_;
  const double logits = tokens_ * columns;
  const Seconds forward = timer_.gemm({tokens_, columns, hidden_}, other_);
  const Seconds backward = timer_.gemm({tokens_, hidden_, columns}, other_);
  PassWork work;
  const Bytes traffic(software_.logit_traffic * logits);
  work.forward[StepPart::kCompute] = (forward + timer_.streaming(traffic * 0.6)).si();
  work.backward[StepPart::kCompute] = (backward + timer_.streaming(traffic * 0.4)).si();
  if (!inputs_.tuning.lora()) {
    work.weights[StepPart::kCompute] = timer_.gemm({hidden_, columns, tokens_}, other_).si();
  }
  finish(work);
  return work;
}

/// Reads the gradient (4 bytes), reads and writes the state, writes the 16-bit weight; gradient
/// norm and clipping read and write the gradient (8). LAMB also reads weight and update again for
/// its norms per layer (8).
Seconds WorkModel::optimizer(const LayerParameters& trained) const {
  const int zero = inputs_.layout.zero;
  const double shards = zero >= 1 ? inputs_.shard_ranks() : 1;
  const double expert_shards = zero >= 1 ? inputs_.expert_shard_ranks() : 1;
  const double norm_shards = zero >= 2 ? shards : 1.0;
  const double updated = trained.common / shards + trained.routed / expert_shards;
  const Seconds norm = timer_.streaming(Bytes(8.0 * trained.total() / norm_shards));
  if (inputs_.layout.offload == Offload::kOptimizer) return host_optimizer(updated) + norm;
  return timer_.streaming(Bytes(optimizer_traffic(inputs_) * updated)) + norm;
}

/// Gradients go to the host, the update runs there at the rate of its memory, which the node's
/// accelerators share, and weights come back.
Seconds WorkModel::host_optimizer(double parameters) const {
  const Bytes gradients(gradient_bytes(inputs_) * parameters);
  const Bytes weights(element_ * parameters);
  const Bytes traffic(optimizer_traffic(inputs_) * parameters);
  return (gradients + weights) / inputs_.node.host_link +
         traffic / (inputs_.node.host_memory_bandwidth / inputs_.node.accelerators);
}

}  // namespace sextant
