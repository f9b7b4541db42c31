#pragma once

#include <cstdint>

namespace sextant {

/// A count as a factor of times, bytes and parameters.
inline double number(std::int64_t count) { return static_cast<double>(count); }

}  // namespace sextant
