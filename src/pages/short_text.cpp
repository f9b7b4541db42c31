#include "src/pages/short_text.h"

namespace sextant::pages {

std::string short_text(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (bytes > 0 && continues(text[bytes])) --bytes;
  return text.substr(0, bytes) + "…";
}

}  // namespace sextant::pages
