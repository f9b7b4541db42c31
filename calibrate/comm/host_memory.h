#pragma once

#include <cstddef>
#include <optional>

#include "calibrate/comm/world.h"

namespace sextant::comm {

/// What this host could still give to its processes [B], as Linux estimates it; empty: not known.
std::optional<std::size_t> available_memory();

/// Every rank of a host is about to take so much.
/// @throws CommError if that would be more than nine tenths of what is available
void require_memory(const World& world, std::size_t bytes_per_rank);

}  // namespace sextant::comm
