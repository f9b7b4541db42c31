#include "src/cli/write_file.h"

#include <fmt/format.h>

#include <fstream>

#include "src/io/diagnostics.h"

namespace sextant::cli {

void write_file(const std::string& path, const std::string& text) {
  write_file(path, [&](std::ostream& out) { out << text; });
}

void write_or_print(const std::string& path, const std::string& text) {
  if (path.empty()) {
    fmt::print("{}", text);
  } else {
    write_file(path, text);
  }
}

void write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  std::ofstream file(path, std::ios::binary);
  if (file) write(file);
  file.close();
  if (!file) {
    io::Diagnostics diagnostics;
    diagnostics.error_in_file(path, "cannot be written").help =
        "name a file in a folder that exists and may be written to";
    diagnostics.throw_if_errors();
  }
}

}  // namespace sextant::cli
