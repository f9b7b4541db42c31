#pragma once

#include "layer_shapes.h"
#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// A linear map of a layer: three GEMMs, each `times`, and adding up the weights' gradient.
struct LinearCounts {
  Gemm forward, backward, weights;
  double times = 1;
  bool frozen = false;           ///< no weight gradient
  double accumulated_bytes = 0;  ///< through memory
};

/// Attention between its linear maps. A fused kernel does FLOPs; otherwise two GEMMs, twice as
/// often in the backward pass, and the scores pass through memory.
struct AttentionCounts {
  bool fused = false;
  Flops forward, backward;
  Gemm scores, values;
  double forward_bytes = 0, backward_bytes = 0;
};

/// Kernels that stream data through memory, per pass.
struct StreamCounts {
  double forward_bytes = 0, backward_bytes = 0;
  double forward_kernels = 0, backward_kernels = 0;
};

/// The output projection, and cross-entropy on its logits.
struct HeadCounts {
  Gemm forward, backward, weights;
  double forward_bytes = 0, backward_bytes = 0;
  bool frozen = false;
};

/// Collectives of the tensor-parallel ranks per pass: so many all-reduces, or pairs of a
/// reduce-scatter and an all-gather, and an all-reduce of routed tokens over those who cut their
/// expert.
struct TensorCounts {
  double collectives = 0;
  bool halves = false;
  double bytes = 0;
  double routed_bytes = 0;
};

/// What context-parallel ranks exchange per pass: heads against tokens, before and after attention,
/// or all keys and values around a ring, in the backward pass twice.
struct ContextCounts {
  bool ring = false;
  double before_bytes = 0, after_bytes = 0;
  double ring_bytes = 0;
};

/// Gradient norm and update, through the device's memory. With offload the update is the host's:
/// over its link, and through its memory.
struct OptimizerCounts {
  double norm_bytes = 0, update_bytes = 0;
  double host_link_bytes = 0, host_memory_bytes = 0;
};

/// Reduction of gradients or gathering of parameters, in `times` collectives of these bytes.
struct ExchangeCounts {
  double times = 1;
  bool halves = true;        ///< reduce-scatters or all-gathers, not all-reduces
  double common_bytes = 0;   ///< over the ranks that share the state
  double replica_bytes = 0;  ///< all-reduced over the ranks with the same shard
  double routed_bytes = 0;   ///< over the ranks with the same experts
};

/// What a rank does in a step, before it is timed: shapes of GEMMs, bytes through memory, sizes and
/// numbers of collectives. The step model times it, a recipe lists it.
class WorkCounts {
 public:
  static constexpr double kNormBytes = 4.0;  ///< of the gradient norm

  WorkCounts(const StepInputs& inputs, const SoftwareCoefficients& software);

  LinearCounts linear(const Linear& linear) const;
  AttentionCounts attention() const;
  /// Of a layer: all that is neither GEMM nor attention.
  StreamCounts elementwise(const LayerShapes& shapes, LayerKind kind) const;
  StreamCounts embedding() const;
  HeadCounts head() const;
  TensorCounts tensor(LayerKind kind) const;
  /// Bytes that a rank sends in each of the two all-to-alls of a pass of an expert layer.
  double expert_bytes() const;
  ContextCounts context() const;
  /// Kernels that the host launches for one layer's forward pass, collectives with their events and
  /// waits.
  double forward_kernels(const LayerShapes& shapes, LayerKind kind) const;
  OptimizerCounts optimizer(const LayerParameters& trained) const;
  ExchangeCounts reduce(const LayerParameters& trained) const;
  /// Nothing without sharding.
  ExchangeCounts gather(const LayerParameters& parameters) const;
  /// Activations of one microbatch from one pipeline stage to the next.
  double message_bytes() const;
  /// Gradients of an embedding that first and last stage share; 0: there is none.
  double tied_bytes() const;

  GemmFormat linear_format() const { return linear_; }
  GemmFormat other_format() const { return other_; }
  /// Parameters that a collective carries at least; 0: it carries those of one layer.
  double reduce_bucket() const { return bucket(software_.reduce_bucket); }
  double gather_bucket() const { return bucket(software_.gather_bucket); }

 private:
  double accumulated_bytes(const Linear& linear) const;
  double elementwise_kernels(const LayerShapes& shapes, LayerKind kind) const;
  double matrix_kernels(const LayerShapes& shapes) const;
  double bucket(double smallest) const;
  double collectives(double parameters, double smallest) const;

  const StepInputs& inputs_;
  const SoftwareCoefficients& software_;
  double tokens_;  ///< per microbatch on this rank, context parallelism applied
  double hidden_, vocabulary_, tensor_;
  double element_;     ///< bytes of an activation
  GemmFormat linear_;  ///< operands of the layers' linear maps …
  GemmFormat other_;   ///< … and of attention and the head
};

}  // namespace sextant
