#include "layer_work.h"

#include <algorithm>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

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

}  // namespace

WorkModel::WorkModel(const StepInputs& inputs, const Calibration& calibration, CollectiveUse& use)
    : inputs_(inputs),
      calibration_(calibration),
      software_(software(inputs, calibration)),
      timer_(inputs.node.accelerator, generation(inputs, calibration), pace(inputs, calibration),
             software(inputs, calibration).between_kernels),
      network_(make_network(inputs, calibration, use)),
      groups_(inputs),
      counts_(inputs, software_) {}

WorkModel::Passes WorkModel::gemms(const Linear& linear) const {
  const LinearCounts l = counts_.linear(linear);
  const GemmFormat format = counts_.linear_format();
  Passes passes;
  passes.forward = l.times * timer_.gemm(l.forward, format);
  passes.backward = l.times * timer_.gemm(l.backward, format);
  if (!l.frozen) {
    passes.weights = l.times * timer_.gemm(l.weights, format) +
                     timer_.streaming(Bytes(l.accumulated_bytes), 0.0);
  }
  return passes;
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

WorkModel::Passes WorkModel::attention_core() const {
  const AttentionCounts a = counts_.attention();
  if (a.fused) {
    return {timer_.fused_attention(inputs_.software.attention, a.forward),
            timer_.fused_attention(inputs_.software.attention, a.backward), Seconds(0)};
  }
  const GemmFormat format = counts_.other_format();
  const Seconds gemms = timer_.gemm(a.scores, format) + timer_.gemm(a.values, format);
  return {gemms + timer_.streaming(Bytes(a.forward_bytes)),
          2.0 * gemms + timer_.streaming(Bytes(a.backward_bytes)), Seconds(0)};
}

WorkModel::Passes WorkModel::elementwise(const LayerShapes& shapes, LayerKind kind) const {
  const StreamCounts e = counts_.elementwise(shapes, kind);
  return {timer_.streaming(Bytes(e.forward_bytes), e.forward_kernels),
          timer_.streaming(Bytes(e.backward_bytes), e.backward_kernels), Seconds(0)};
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
  add_host(work, counts_.forward_kernels(shapes, kind));
  finish(work);
  return work;
}

PassWork WorkModel::embedding() const {
  const StreamCounts e = counts_.embedding();
  PassWork work;
  work.forward[StepPart::kCompute] =
      timer_.streaming(Bytes(e.forward_bytes), e.forward_kernels).si();
  work.backward[StepPart::kCompute] =
      timer_.streaming(Bytes(e.backward_bytes), e.backward_kernels).si();
  finish(work);
  return work;
}

PassWork WorkModel::head() const {
  const HeadCounts h = counts_.head();
  const GemmFormat format = counts_.other_format();
  PassWork work;
  work.forward[StepPart::kCompute] =
      (timer_.gemm(h.forward, format) + timer_.streaming(Bytes(h.forward_bytes))).si();
  work.backward[StepPart::kCompute] =
      (timer_.gemm(h.backward, format) + timer_.streaming(Bytes(h.backward_bytes))).si();
  if (!h.frozen) work.weights[StepPart::kCompute] = timer_.gemm(h.weights, format).si();
  finish(work);
  return work;
}

Seconds WorkModel::optimizer(const LayerParameters& trained) const {
  const OptimizerCounts o = counts_.optimizer(trained);
  const Seconds norm = timer_.streaming(Bytes(o.norm_bytes));
  if (inputs_.layout.offload == Offload::kOptimizer) return host_optimizer(o) + norm;
  return timer_.streaming(Bytes(o.update_bytes)) + norm;
}

/// Gradients go to the host, the update runs there at the rate of its memory, which the node's
/// accelerators share, and weights come back.
Seconds WorkModel::host_optimizer(const OptimizerCounts& o) const {
  return Bytes(o.host_link_bytes) / inputs_.node.host_link +
         Bytes(o.host_memory_bytes) /
             (inputs_.node.host_memory_bandwidth / inputs_.node.accelerators);
}

}  // namespace sextant
