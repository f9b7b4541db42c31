#pragma once

#include "tests/support/step_fixtures.h"

namespace sextant::fixtures {

/// Llama 3 405B on 16,384 accelerators.
inline StepInputs llama3_405b() {
  StepInputs inputs = fixtures::inputs(16384);
  inputs.model.layers = 126;
  inputs.model.hidden = 16384;
  inputs.model.heads = 128;
  inputs.model.kv_heads = 8;
  inputs.model.feed_forward = 53248;
  inputs.model.vocabulary = 128256;
  inputs.layout.tensor = 8;
  inputs.layout.pipeline = 16;
  inputs.layout.virtual_stages = 8;
  inputs.sequence_length = 8192;
  inputs.global_batch = 2048;
  return inputs;
}

}  // namespace sextant::fixtures
