#pragma once

#include <string>
#include <string_view>

namespace sextant::io {

/// What the first line of an InputError's report says, without its place: for tables.
std::string first_message(std::string_view report);

}  // namespace sextant::io
