#pragma once

#include <cstdint>
#include <vector>

#include "sextant/training/step_inputs.h"

namespace sextant {

/// Layers of one virtual stage; the embedding comes before the first, the head after the last.
struct VirtualStage {
  int layers = 0;
  bool embedding = false;
  bool head = false;
};

/// Cuts the layers into pipeline · virtual_stages chunks, in model order: chunk c of rank r is
/// element c·pipeline + r. Where the layers do not divide, the embedding and the head count as one
/// layer each (as Llama 3 and BLOOM were cut), and what is left over goes to the middle.
std::vector<VirtualStage> cut_stages(const StepInputs& inputs);

}  // namespace sextant
