#pragma once

#include <string>
#include <string_view>

#include "src/report/shown_text.h"

namespace sextant::report {

/// How text looks on the terminal it goes to; plain by default, as files and pipes want it. What it
/// returns is escaped, and printed through shown().
struct TextStyle {
  bool colour = false;

  std::string bold(std::string_view text) const { return wrap(text, "1"); }
  std::string dim(std::string_view text) const { return wrap(text, "2"); }
  std::string warning(std::string_view text) const { return wrap(text, "33"); }
  std::string bar(std::string_view text) const { return wrap(text, "36"); }

 private:
  std::string wrap(std::string_view text, std::string_view code) const {
    std::string safe = escaped_lines(text);
    if (!colour || text.empty()) return safe;
    return kColourMark + ("[" + std::string(code) + "m") + safe + kColourMark + "[0m";
  }
};

/// Colours when stdout is a terminal that has them and NO_COLOR (no-color.org) is not set.
TextStyle style_of_stdout();

}  // namespace sextant::report
