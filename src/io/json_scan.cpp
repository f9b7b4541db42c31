#include "src/io/json_scan.h"

#include <algorithm>

namespace sextant::io {

std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (kBlanks.find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (text.substr(at, 2) == "//") {
      at = std::min(text.find_first_of("\r\n", at), text.size());
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

std::size_t number_end(std::string_view text, std::size_t at) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t first = at + (text.substr(at).starts_with('-') ? 1 : 0);
  const std::size_t second = text.find_first_of(kDigits, first + 1);
  if (text.substr(first).starts_with('0') && second == first + 1) return second;
  return std::min(text.find_first_not_of("0123456789+-.eE", at), text.size());
}

}  // namespace sextant::io
