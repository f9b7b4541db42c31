#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sextant::io {

/// Fewest insertions, deletions, replacements and swaps of neighbours that turn a into b; capitals
/// do not count.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that was probably meant: within a third of its length in edits (at least one), or
/// the only one that begins with `name`.
std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string> candidates);

}  // namespace sextant::io
