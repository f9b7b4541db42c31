#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sextant::report {

/// Stands for ESC in our own colour codes until the text is printed. It is no part of any UTF-8
/// text, so that nothing in a name can be taken for a colour.
inline constexpr char kColourMark = '\xFF';

/// A name as it can stand in a line of text: control characters, and those that change the
/// direction of what follows, become "\u001b"; bytes that are not UTF-8 become "?". Colour marks
/// stay.
std::string escaped(std::string_view text);

/// The same, but line breaks and tabs stay.
std::string escaped_lines(std::string_view text);

/// Text as it is printed: its lines escaped, with ESC for colour marks.
std::string shown(std::string_view text);

/// Columns that the text takes on a terminal: two for wide characters, none for combining ones and
/// for colour codes.
std::size_t display_width(std::string_view text);

/// The text in at most so many columns, cut with an ellipsis; its colours end with it.
std::string fitted(std::string_view text, std::size_t columns);

/// A name in a title or a sentence: escaped and fitted into what a line can hold beside it.
std::string short_name(std::string_view name);

}  // namespace sextant::report
