#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::io {

struct ParseLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t depth = 200;  ///< objects and arrays within each other
};

/// Reads a whole file, or reports why it cannot be read: missing (with the nearest name), a folder,
/// too large.
std::optional<std::string> read_text_file(const std::filesystem::path& path,
                                          Diagnostics& diagnostics, const ParseLimits& limits = {});

/// False if the document is too large, UTF-16, or has a NUL byte; the reason is in the diagnostics.
bool check_text(const Document& document, Diagnostics& diagnostics, const ParseLimits& limits);

/// Parses the document's text (JSON with comments, UTF-8) into its root. False if it is not JSON;
/// the reason is in the diagnostics. Keys given twice are errors, and the tree is complete.
bool parse(Document& document, Diagnostics& diagnostics, const ParseLimits& limits = {});

}  // namespace sextant::io
