#include "src/io/first_message.h"

namespace sextant::io {

std::string first_message(std::string_view report) {
  constexpr std::string_view kMark = "error: ";
  const std::string_view line = report.substr(0, report.find('\n'));
  const std::size_t mark = line.find(kMark);
  return std::string(mark == std::string_view::npos ? line : line.substr(mark + kMark.size()));
}

}  // namespace sextant::io
