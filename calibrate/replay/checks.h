#pragma once

#include <string>
#include <vector>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/device.h"
#include "calibrate/comm/world.h"
#include "calibrate/replay/planned_step.h"
#include "calibrate/replay/rank_program.h"

namespace sextant::replay {

/// The ranks of the world are those of the step, node by node. @throws comm::CommError with the
/// command line that starts them so
void require_ranks(const comm::World& world, const PlannedStep& step, const std::string& scenario);

/// The device computes in the formats of the step. @throws comm::CommError
void require_formats(const comm::Device& device, const RankProgram& program);

/// The node has the memory for the buffers and operands of its ranks.
/// @param host whether the buffers are in the host's memory @throws comm::CommError
void require_memory(const comm::World& world, const RankProgram& program, bool host);

/// What this replay does otherwise than the forecast has it, in words.
std::vector<std::string> notes_on(const StepRecipe& recipe, const RankProgram& program);

}  // namespace sextant::replay
