#include "stages.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

int chunks_of(const StepInputs& inputs) {
  return inputs.layout.pipeline * inputs.layout.virtual_stages;
}

int layers_of_equal_stage(const StepInputs& inputs, int stage) {
  const int chunks = chunks_of(inputs);
  const int layers = static_cast<int>(inputs.model.layers);
  if (layers % chunks == 0) return layers / chunks;
  const int units = layers + 2;
  const int extra = units % chunks;
  const int first_with_extra = (chunks - extra) / 2;
  const bool has_extra = stage >= first_with_extra && stage < first_with_extra + extra;
  const int ends = (stage == 0 ? 1 : 0) + (stage == chunks - 1 ? 1 : 0);
  return units / chunks + (has_extra ? 1 : 0) - ends;
}

void require_cut(const StepInputs& inputs) {
  const StageCut* cut = inputs.layout.stage_cut();
  SEXTANT_ASSERT(!cut, "the stages \"{}\" are not cut yet", enum_name(*cut));
}

LayerParameters cut(const LayerParameters& layer, const Layout& layout) {
  return {layer.common / layout.tensor,
          layer.routed / (layout.expert * layout.expert_tensor_ranks())};
}

}  // namespace

std::vector<int> equal_stages(const StepInputs& inputs) {
  std::vector<int> sizes(static_cast<std::size_t>(chunks_of(inputs)));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    sizes[i] = layers_of_equal_stage(inputs, static_cast<int>(i));
  }
  return sizes;
}

int layers_of_stage(const StepInputs& inputs, int stage) {
  const std::vector<int>* listed = inputs.layout.listed_stages();
  return listed ? (*listed)[static_cast<std::size_t>(stage)] : layers_of_equal_stage(inputs, stage);
}

std::vector<int> layers_by_stage(const StepInputs& inputs) {
  require_cut(inputs);
  if (const std::vector<int>* listed = inputs.layout.listed_stages()) return *listed;
  return equal_stages(inputs);
}

int VirtualStage::count(LayerKind kind) const {
  return static_cast<int>(std::count(layers.begin(), layers.end(), kind));
}

std::vector<VirtualStage> cut_stages(const StepInputs& inputs) {
  std::vector<VirtualStage> stages;
  std::int64_t layer = 0;
  for (int size : layers_by_stage(inputs)) {
    VirtualStage& stage = stages.emplace_back();
    for (const std::int64_t end = layer + size; layer < end; ++layer) {
      stage.layers.push_back(inputs.model.has_experts(layer) ? LayerKind::kExpert
                                                             : LayerKind::kDense);
    }
  }
  stages.front().embedding = true;
  stages.back().head = true;
  return stages;
}

std::vector<RankLayers> layers_by_rank(const StepInputs& inputs) {
  require_cut(inputs);
  std::vector<RankLayers> ranks(static_cast<std::size_t>(inputs.layout.pipeline));
  const bool all_dense = inputs.model.expert_layers() == 0;
  int layer = 0;
  for (int stage = 0; stage < chunks_of(inputs); ++stage) {
    RankLayers& rank = ranks[static_cast<std::size_t>(stage % inputs.layout.pipeline)];
    const int layers = layers_of_stage(inputs, stage);
    int experts = 0;
    for (int i = 0; i < (all_dense ? 0 : layers); ++i) {
      experts += inputs.model.has_experts(layer + i) ? 1 : 0;
    }
    rank.layers[static_cast<std::size_t>(LayerKind::kDense)] += layers - experts;
    rank.layers[static_cast<std::size_t>(LayerKind::kExpert)] += experts;
    layer += layers;
  }
  ranks.front().embedding = ranks.back().head = true;
  return ranks;
}

bool head_has_weights(const StepInputs& inputs) {
  return !(inputs.model.tied_embeddings && inputs.layout.pipeline == 1);
}

bool head_has_weights(const StepInputs& inputs, const VirtualStage& stage) {
  return stage.head && head_has_weights(inputs);
}

RankParameters& RankParameters::operator+=(const RankParameters& other) {
  all += other.all;
  trained += other.trained;
  return *this;
}

RankParameters operator*(const RankParameters& parameters, int times) {
  const auto scaled = [times](const LayerParameters& layer) {
    return LayerParameters{layer.common * times, layer.routed * times};
  };
  return {scaled(parameters.all), scaled(parameters.trained)};
}

RankParameters layer_on_rank(const StepInputs& inputs, LayerKind kind) {
  const LayerParameters trained = trainable_layer_parameters(inputs.model, inputs.tuning, kind);
  LayerParameters all = layer_parameters(inputs.model, kind);
  if (inputs.tuning.lora()) {
    all.common += trained.common;
    all.routed += trained.routed;
  }
  return {cut(all, inputs.layout), cut(trained, inputs.layout)};
}

RankParameters end_on_rank(const StepInputs& inputs) {
  const LayerParameters table = cut({embedding_parameters(inputs.model), 0.0}, inputs.layout);
  return {table, inputs.tuning.lora() ? LayerParameters{} : table};
}

RankParameters stage_on_rank(const StepInputs& inputs, const VirtualStage& stage) {
  RankParameters sum;
  for (LayerKind kind : stage.layers) sum += layer_on_rank(inputs, kind);
  if (stage.embedding) sum += end_on_rank(inputs);
  if (head_has_weights(inputs, stage)) sum += end_on_rank(inputs);
  return sum;
}

}  // namespace sextant
