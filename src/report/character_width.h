#pragma once

#include <cstddef>

namespace sextant::report {

/// Columns of a character on a terminal: 0 for combining and invisible ones, 2 for those that East
/// Asian width (Unicode 14, UAX #11) calls wide or full, emoji among them; else 1.
std::size_t character_width(char32_t character);

}  // namespace sextant::report
