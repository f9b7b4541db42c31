#pragma once

#include <string>

namespace sextant::cli {

/// sextant(1) in the language of man(7), from the commands' own declarations.
std::string man_page();

}  // namespace sextant::cli
