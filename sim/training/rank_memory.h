#pragma once

#include <array>
#include <span>

#include "memory_habits.h"
#include "schedule.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "stages.h"

namespace sextant {

/// What decides how many bytes an element, or a layer, takes.
struct MemoryTerms {
  const StepInputs& inputs;
  MemoryHabits habits;
  bool gathered_inputs = false;  ///< kept for the backward pass
  double tokens = 0.0;           ///< of a microbatch, on one context-parallel rank
  double element = 2.0;          ///< bytes of an activation
  double product_input = 2.0;    ///< bytes of a matrix product's input, as it is kept
  double tensor = 1.0;
  double outside = 1.0;  ///< tensor ranks that share the norms' activations

  MemoryTerms(const StepInputs& inputs, bool gathered_inputs);

  bool fp8_inputs() const { return habits.fp8_inputs && inputs.precision == Precision::kFp8; }
};

/// Peak memory of ranks by the layers that they hold; what it depends on besides is worked out
/// once. See forecast_memory.
class MemoryModel {
 public:
  /// @param gathered_inputs the framework keeps them, if it ever does
  MemoryModel(const StepInputs& inputs, bool gathered_inputs);

  StageMemory of_rank(int rank, const RankLayers& held) const;

 private:
  /// Of one layer on a rank: activations in bytes per microbatch.
  struct Layer {
    RankParameters parameters;
    double kept = 0;
    double unfolded = 0;  ///< computed again while its backward pass runs
  };
  static std::size_t index_of(LayerKind kind) { return static_cast<std::size_t>(kind); }

  MemoryTerms terms_;
  PipelineShape shape_;
  std::array<Layer, kLayerKinds.size()> layers_;
  RankParameters end_;
};

/// Peak of the fullest rank, of ranks that hold these layers; see forecast_memory.
Bytes peak_memory(const StepInputs& inputs, std::span<const RankLayers> ranks);

}  // namespace sextant
