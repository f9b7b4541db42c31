#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "src/io/nearest_name.h"
#include "src/io/parse.h"

namespace sextant::io {
namespace {

namespace fs = std::filesystem;

std::string nearest_file(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::optional<std::string> name = nearest_name(path.filename().string(), names);
  if (!name) return "";
  return fmt::format("did you mean {}?", (path.parent_path() / *name).string());
}

}  // namespace

std::optional<std::string> read_text_file(const fs::path& path, Diagnostics& diagnostics,
                                          const ParseLimits& limits) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    diagnostics.error_in_file(path.string(), "found a folder, expected a file");
    return std::nullopt;
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int reason = errno;
    diagnostics
        .error_in_file(path.string(), fmt::format("cannot be read: {}", std::strerror(reason)))
        .help = reason == ENOENT ? nearest_file(path) : "";
    return std::nullopt;
  }
  std::string text;
  std::array<char, 1 << 16> block;
  while (file && text.size() <= limits.bytes) {
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (text.size() <= limits.bytes) return text;
  diagnostics.error_in_file(path.string(), fmt::format("found more than {} bytes", limits.bytes));
  return std::nullopt;
}

}  // namespace sextant::io
