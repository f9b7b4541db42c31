#pragma once

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

}  // namespace sextant::report
