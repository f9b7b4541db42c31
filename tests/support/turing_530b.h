#pragma once

#include "tests/support/step_fixtures.h"

namespace sextant::fixtures {

/// Turing-NLG 530B (Megatron's GPT with 105 layers, vocabulary padded to 51,200) on 2,520 A100 with
/// 80 GB, eight to a node, one sequence of 2,048 tokens for each: the case that Calculon searches
/// in Isaev et al. 2023 (SC '23).
inline StepInputs turing_530b() {
  StepInputs inputs = fixtures::inputs(2520);
  inputs.model.layers = 105;
  inputs.model.hidden = 20480;
  inputs.model.heads = 128;
  inputs.model.kv_heads = 128;
  inputs.model.feed_forward = 4 * inputs.model.hidden;
  inputs.model.activation = FeedForward::kGelu;
  inputs.model.vocabulary = 51200;
  inputs.model.tied_embeddings = true;
  inputs.node.accelerator.memory = known<Bytes>(80.0 * 1024 * 1024 * 1024);
  inputs.node.accelerator.memory_bandwidth = known<BytesPerSecond>(2.039e12);
  inputs.node.accelerator.peak_16bit = known<FlopsPerSecond>(312e12);
  inputs.node.accelerator.multiprocessors = known_count(108);
  inputs.node.accelerator.link_bandwidth = known<BytesPerSecond>(300e9);
  inputs.node.network_bandwidth = BytesPerSecond(200e9);
  inputs.sequence_length = 2048;
  inputs.global_batch = 2520;
  return inputs;
}

}  // namespace sextant::fixtures
