#pragma once

#include <functional>
#include <ostream>
#include <string>

namespace sextant::cli {

/// Writes a file of the user's. @throws io::InputError if that fails
void write_file(const std::string& path, const std::string& text);

/// Writes it there, or prints it where `path` is empty.
void write_or_print(const std::string& path, const std::string& text);

/// The same as write_file for what is written piece by piece.
void write_file(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace sextant::cli
