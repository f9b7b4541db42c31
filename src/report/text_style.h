#pragma once

#include <string>
#include <string_view>

namespace sextant::report {

/// How text looks on the terminal it goes to; plain by default, as files and pipes want it.
struct TextStyle {
  bool colour = false;

  std::string bold(std::string_view text) const { return wrap(text, "1"); }
  std::string dim(std::string_view text) const { return wrap(text, "2"); }
  std::string warning(std::string_view text) const { return wrap(text, "33"); }
  std::string bar(std::string_view text) const { return wrap(text, "36"); }

 private:
  std::string wrap(std::string_view text, std::string_view code) const {
    if (!colour || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
};

/// Colours when stdout is a terminal that has them and NO_COLOR (no-color.org) is not set.
TextStyle style_of_stdout();

}  // namespace sextant::report
