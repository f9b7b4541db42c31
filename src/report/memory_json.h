#pragma once

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "sextant/training/step_profile.h"

namespace sextant::report {

/// Peak memory of every pipeline stage by item, in bytes.
inline nlohmann::ordered_json per_stage_json(const std::vector<StageMemory>& memory) {
  nlohmann::ordered_json stages = nlohmann::ordered_json::array();
  for (const StageMemory& stage : memory) {
    stages.push_back({{"weights", stage.weights.si()},
                      {"gradients", stage.gradients.si()},
                      {"optimizer", stage.optimizer.si()},
                      {"activations", stage.activations.si()},
                      {"buffers", stage.buffers.si()},
                      {"total", stage.total().si()}});
  }
  return stages;
}

/// That, the most that a stage needs, and what an accelerator has.
inline nlohmann::ordered_json memory_json(const std::vector<StageMemory>& memory, Bytes capacity) {
  Bytes peak;
  for (const StageMemory& stage : memory) peak = std::max(peak, stage.total());
  return {{"peak", peak.si()}, {"capacity", capacity.si()}, {"per_stage", per_stage_json(memory)}};
}

}  // namespace sextant::report
