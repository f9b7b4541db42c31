#pragma once

#include <string_view>

namespace sextant::cli {

/// Writes what src/report has written for people to stdout.
void print_text(std::string_view text);

}  // namespace sextant::cli
