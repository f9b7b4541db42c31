#pragma once

#include <cstddef>

#include "src/optimize/answer.h"
#include "src/pages/html_page.h"

namespace sextant::pages {

/// Layouts that the search keeps for the page, and choices that it draws.
inline constexpr std::size_t kLayoutsDrawn = 1000;
inline constexpr std::size_t kChoicesDrawn = 1000;

/// The page of the best of a space. `document`: optimize_json.
PageDocument optimize_page(const optimize::Answer& answer, nlohmann::ordered_json document);

}  // namespace sextant::pages
