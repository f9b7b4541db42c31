#pragma once

#include <string>
#include <vector>

#include "src/plan/plan.h"

namespace sextant::report {

/// "Llama 3.1 405B, 16.4T tokens in 4 phases on 2,048 x p5.48xlarge: 16,384 x NVIDIA H100 …".
std::string work_sentence(const plan::PlanResult& result);

/// Of all phases, each note once; what does not hold for the longest phase says for which it does.
std::vector<std::string> extrapolations(const plan::PlanResult& result);

/// The batch of a phase that needs most memory.
const plan::PlannedBatch& fullest(const plan::PlannedPhase& phase);

/// That the memory is exceeded by less than the error of its estimate, and in which phases. Empty:
/// it is not.
std::string tight_memory(const plan::PlanResult& result);

}  // namespace sextant::report
