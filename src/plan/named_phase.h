#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/plan/phases.h"

namespace sextant::plan {

/// The phase of that name, or without one that which takes longest.
/// @throws io::InputError with the names that there are
const PlannedPhase& named_phase(const std::vector<PlannedPhase>& phases,
                                const std::optional<std::string>& name);

}  // namespace sextant::plan
