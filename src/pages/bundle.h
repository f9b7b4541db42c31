#pragma once

#include <string_view>

namespace sextant::pages {

/// reports/dist/report.js and theme.css, as they were when the program was built.
std::string_view script();
std::string_view style();

}  // namespace sextant::pages
