#pragma once

#include <optional>
#include <string>

#include "calibrate/comm/operate.h"

namespace sextant::comm {

/// Does the operation once on numbers that tell where they come from and whose sums are exact, up
/// to 90,000 ranks, and compares every element that this rank receives. Every rank of the group
/// calls it.
/// @return what is wrong on this rank: "element 5 is 3, not 7"
std::optional<std::string> find_wrong_result(Communicator& communicator, const Operated& operated,
                                             Buffers buffers);

}  // namespace sextant::comm
