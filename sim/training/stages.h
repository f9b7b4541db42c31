#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sextant/training/parameters.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// Consecutive layers of one virtual stage; the embedding comes before the first, the head after
/// the last.
struct VirtualStage {
  std::vector<LayerKind> layers;
  bool embedding = false;
  bool head = false;

  int count(LayerKind kind) const;
};

/// Layers of each virtual stage, in model order, by Megatron-LM's rule: equal numbers. Where the
/// layers do not divide, the embedding and the head count as one layer each (as Llama 3 and BLOOM
/// were cut), and what is left over goes to the middle.
std::vector<int> equal_stages(const StepInputs& inputs);

/// Layers of one virtual stage: of the layout's own list, or by that rule.
/// @pre layout.stages is no word: see cut_as_asked in sextant/training/stage_cut.h
int layers_of_stage(const StepInputs& inputs, int stage);

/// The layout's own list, or equal numbers.
/// @pre layout.stages is no word: see cut_as_asked in sextant/training/stage_cut.h
std::vector<int> layers_by_stage(const StepInputs& inputs);

/// The layers in pipeline · virtual_stages chunks, in model order: chunk c of rank r is element
/// c·pipeline + r.
/// @pre as for layers_by_stage
std::vector<VirtualStage> cut_stages(const StepInputs& inputs);

/// What a pipeline rank holds of the model, all its virtual stages together.
struct RankLayers {
  std::array<int, kLayerKinds.size()> layers{};  ///< by LayerKind
  bool embedding = false;
  bool head = false;

  int count(LayerKind kind) const { return layers[static_cast<std::size_t>(kind)]; }
  friend bool operator==(const RankLayers&, const RankLayers&) = default;
};
/// @pre as for layers_by_stage
std::vector<RankLayers> layers_by_rank(const StepInputs& inputs);

/// A tied head shares the embedding's weights where both are on one rank.
bool head_has_weights(const StepInputs& inputs);
bool head_has_weights(const StepInputs& inputs, const VirtualStage& stage);

/// Parameters that one rank holds of a stage, all and those that are trained. Everything is cut
/// over tensor ranks, routed experts over expert ranks.
struct RankParameters {
  LayerParameters all;
  LayerParameters trained;

  RankParameters& operator+=(const RankParameters& other);
  friend RankParameters operator*(const RankParameters& parameters, int times);
};
RankParameters layer_on_rank(const StepInputs& inputs, LayerKind kind);
/// The embedding, or the head where it has weights of its own.
RankParameters end_on_rank(const StepInputs& inputs);
RankParameters stage_on_rank(const StepInputs& inputs, const VirtualStage& stage);

}  // namespace sextant
