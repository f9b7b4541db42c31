#pragma once

#include "src/optimize/limits.h"

namespace sextant::optimize {

/// By how much each limit is relaxed, to see what that would buy.
inline constexpr double kRelaxedBy = 1.1;

/// All limits relaxed at once: what misses these would not be bought by relaxing one.
Limits all_relaxed(const Limits& limits);

/// At least one more.
std::int64_t relaxed_nodes(std::int64_t nodes);

}  // namespace sextant::optimize
