#pragma once

#include <string>

namespace sextant {

/// What a framework allocates beyond weights, gradients, optimizer state and kept activations.
/// Read from its source, not fitted.
struct MemoryHabits {
  /// Peak of logits, loss and the logits' gradient, bytes per logit.
  double logit_bytes = 6.0;
  /// The sharded weights are the fp32 ones that the optimizer updates; 16-bit copies are gathered.
  bool wide_weights = false;
  /// SiLU's output is kept too: another kernel multiplies it.
  bool split_gate = false;
  /// DistributedDataParallel keeps 16-bit gradients in buckets beside the fp32 sums.
  bool gradient_buckets = false;
  /// Inputs of column-parallel products are kept as gathered, where that fits.
  bool gathered_inputs = false;
  /// ZeRO-1 gathers updated weights through flat copies of them.
  bool flat_gather = false;
  /// fp8 training keeps inputs of matrix products in fp8, and weights in fp8 in two layouts.
  bool fp8_inputs = false;
};

/// Habits of the framework with this key of coefficients.
///
/// Megatron-LM and what builds on it: tensor_parallel/cross_entropy.py (16-bit logits, an fp32 copy
/// that the loss overwrites); Transformer Engine's modules save fp8 inputs and two fp8 weights.
/// torchtitan: FSDP2 shards fp32 weights; train.py computes the loss on fp32 logits, of which the
/// backward pass holds three, beside the 16-bit ones; DTensor keeps what it gathered. nanotron
/// (February 2025): models/llama.py (GLUActivation), tensor_parallel/functional.py (fp32 logits and
/// their softmax; `tp_recompute_allgather`), optim/gradient_accumulator.py, optim/zero.py.
/// llm-foundry: FSDP shards fp32 weights.
MemoryHabits memory_habits(const std::string& framework);

}  // namespace sextant
