#include "memory_habits.h"

namespace sextant {

MemoryHabits memory_habits(const std::string& framework) {
  if (framework == "nanotron") {
    return {.logit_bytes = 8.0,
            .split_gate = true,
            .gradient_buckets = true,
            .gathered_inputs = true,
            .flat_gather = true};
  }
  if (framework == "torchtitan") {
    return {.logit_bytes = 14.0, .wide_weights = true, .gathered_inputs = true};
  }
  if (framework == "llm-foundry") return {.wide_weights = true};
  const bool transformer_engine = framework.starts_with("megatron") || framework == "nemo";
  return {.fp8_inputs = transformer_engine};
}

}  // namespace sextant
