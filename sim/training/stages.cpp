#include "stages.h"

#include <algorithm>

namespace sextant {

std::vector<VirtualStage> cut_stages(const StepInputs& inputs) {
  const int chunks = inputs.layout.pipeline * inputs.layout.virtual_stages;
  const int layers = static_cast<int>(inputs.model.layers);
  std::vector<VirtualStage> stages(static_cast<std::size_t>(chunks));
  stages.front().embedding = true;
  stages.back().head = true;
  if (layers % chunks == 0) {
    for (VirtualStage& stage : stages) stage.layers = layers / chunks;
    return stages;
  }
  const int units = layers + 2;
  const int extra = units % chunks;
  const int first_with_extra = (chunks - extra) / 2;
  for (int i = 0; i < chunks; ++i) {
    const bool has_extra = i >= first_with_extra && i < first_with_extra + extra;
    stages[static_cast<std::size_t>(i)].layers = units / chunks + (has_extra ? 1 : 0);
  }
  --stages.front().layers;
  --stages.back().layers;
  return stages;
}

}  // namespace sextant
