#pragma once

#include <cstddef>
#include <string>

namespace sextant::pages {

/// `text`, or as much of it as `bytes` hold, cut between two characters, with an ellipsis.
std::string short_text(const std::string& text, std::size_t bytes);

}  // namespace sextant::pages
