#pragma once

#include <functional>

#include "src/cli/arguments.h"
#include "src/pages/html_page.h"

namespace sextant::cli {

/// What help says of --html, which `declare` of a command adds.
inline constexpr const char* kHtmlHelp =
    "also write a page with pictures: one file that any browser opens";

/// Writes the page to where --html says, and says on stderr that it is there. Without --html,
/// nothing is made.
/// @throws io::InputError if the file cannot be written
void write_page(const Arguments& arguments, const std::function<pages::PageDocument()>& page);

}  // namespace sextant::cli
