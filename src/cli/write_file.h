#pragma once

#include <string>

namespace sextant::cli {

/// Writes a file of the user's. @throws io::InputError if that fails
void write_file(const std::string& path, const std::string& text);

}  // namespace sextant::cli
