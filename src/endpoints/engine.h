#pragma once

#include "sextant/kernel/coefficient.h"

namespace sextant::endpoints {

/// What an inference engine adds to the arithmetic of a model. Of no engine in particular, and all
/// assumed: nothing was fitted on inference.
struct EngineCoefficients {
  Coefficient<double> usable_memory = assumed(0.9, "vLLM's gpu_memory_utilization");
  Coefficient<int> tokens_together = assumed(2048, "vLLM's max_num_batched_tokens");
  Coefficient<int> matrices =
      assumed(4, "QKV, output, up with gate, down: kernels that one GEMM stands for");
  Coefficient<int> small_kernels =
      assumed(6, "norms, rotary embedding, residuals, activation, as usually fused");
  Coefficient<int> small_traffic =
      assumed(12, "each of the small kernels reads and writes the hidden state once");

 private:
  template <class T>
  static Coefficient<T> assumed(T value, const char* source) {
    return {value, source, "2026-11", Method::kAssumed, std::nullopt};
  }
};

template <class Archive>
void visit(Archive& a, EngineCoefficients& s) {
  a.object("engine_coefficients", "What an inference engine adds to the arithmetic of a model.");
  a.field("usable_memory", s.usable_memory,
          {.doc = "Fraction of the device for weights, and keys and values"});
  a.field("tokens_together", s.tokens_together,
          {.doc = "Inputs so long together pass forward at a time"});
  a.field("matrices", s.matrices, {.doc = "Weight matrices of a layer, each a kernel"});
  a.field("small_kernels", s.small_kernels, {.doc = "Elementwise kernels of a layer"});
  a.field("small_traffic", s.small_traffic,
          {.doc = "How often these move a token's hidden state, in two bytes an element"});
}

}  // namespace sextant::endpoints
