#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sextant::importer {

/// A character of a script, which remembers where it is written. An unknown is what an expansion
/// that cannot be told would put here; a break ends a word.
struct ShellCharacter {
  enum class Kind : std::uint8_t { kPlain, kUnknown, kBreak };
  char value = 0;
  Kind kind = Kind::kPlain;
  bool quoted = false;
  std::uint32_t at = 0;  ///< byte of the document
};

using ShellText = std::vector<ShellCharacter>;

inline std::string plain_text(const ShellText& text) {
  std::string plain;
  for (const ShellCharacter& c : text) {
    if (c.kind == ShellCharacter::Kind::kPlain) plain += c.value;
  }
  return plain;
}

}  // namespace sextant::importer
