#pragma once

#include <cstddef>
#include <string_view>

namespace sextant::io {

inline constexpr std::string_view kBlanks = " \t\r\n";

/// First character at or after `at` that is neither blank nor in a comment.
std::size_t skip_blank(std::string_view text, std::size_t at);

/// End of the JSON number that begins at `at`: a leading zero stands alone.
std::size_t number_end(std::string_view text, std::size_t at);

}  // namespace sextant::io
