#pragma once

#include <string>
#include <string_view>

namespace sextant::io {

/// Characters of a UTF-8 text; a byte that belongs to none counts as one.
std::size_t character_count(std::string_view text);

/// The text as it can be shown on a terminal: control characters and bytes that are not UTF-8
/// become "?", one for one; tabs stay.
std::string printable(std::string_view text);

/// Bytes of the UTF-8 character that begins the text; 0 if none does.
std::size_t utf8_length(std::string_view text);

}  // namespace sextant::io
