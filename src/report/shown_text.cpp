#include "src/report/shown_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/io/printable.h"
#include "src/report/character_width.h"

namespace sextant::report {
namespace {

constexpr std::size_t kNameColumns = 60;

/// One character, or one colour code, at the beginning of a text.
struct Piece {
  std::string_view bytes;
  char32_t character = 0;
  bool is_colour = false;
  bool is_text = true;  ///< false: a byte that is not UTF-8
};

char32_t decoded(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  const auto lead = static_cast<unsigned char>(bytes[0]);
  char32_t character = lead & (0x7FU >> bytes.size());
  for (const char byte : bytes.substr(1)) {
    character = (character << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return character;
}

Piece first_piece(std::string_view text) {
  if (text[0] == kColourMark) {
    const std::size_t end = text.find('m');
    if (end != std::string_view::npos) return {.bytes = text.substr(0, end + 1), .is_colour = true};
  }
  const std::size_t length = io::utf8_length(text);
  if (length == 0) return {.bytes = text.substr(0, 1), .character = U'?', .is_text = false};
  return {.bytes = text.substr(0, length), .character = decoded(text.substr(0, length))};
}

/// C0, DEL and C1; line and paragraph separators; marks, embeddings, overrides and isolates of
/// direction.
bool is_unseen_command(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string escaped(const Piece& piece) {
  if (piece.is_colour) return std::string(piece.bytes);
  if (!piece.is_text) return "?";
  if (!is_unseen_command(piece.character)) return std::string(piece.bytes);
  if (piece.character == '\n') return "\\n";
  if (piece.character == '\t') return "\\t";
  return fmt::format("\\u{:04x}", static_cast<unsigned>(piece.character));
}

template <class F>
void for_each_piece(std::string_view text, const F& visit) {
  while (!text.empty()) {
    const Piece piece = first_piece(text);
    visit(piece);
    text.remove_prefix(piece.bytes.size());
  }
}

std::size_t width_of(const Piece& piece) {
  return piece.is_colour ? 0 : character_width(piece.character);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for_each_piece(text, [&](const Piece& piece) { result += escaped(piece); });
  return result;
}

std::string escaped_lines(std::string_view text) {
  std::string result;
  for_each_piece(text, [&](const Piece& piece) {
    const bool stays = piece.bytes == "\n" || piece.bytes == "\t";
    result += stays ? std::string(piece.bytes) : escaped(piece);
  });
  return result;
}

std::string shown(std::string_view text) {
  std::string result = escaped_lines(text);
  std::replace(result.begin(), result.end(), kColourMark, '\x1b');
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for_each_piece(text, [&](const Piece& piece) { width += width_of(piece); });
  return width;
}

std::string fitted(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string result;
  std::size_t width = 0;
  bool coloured = false;
  bool full = false;
  for_each_piece(text, [&](const Piece& piece) {
    coloured = coloured || piece.is_colour;
    full = full || width + width_of(piece) + 1 > columns;
    if (full) return;
    width += width_of(piece);
    result += piece.bytes;
  });
  if (columns > 0) result += "…";
  return coloured ? result + kColourMark + "[0m" : result;
}

std::string short_name(std::string_view name) { return fitted(escaped(name), kNameColumns); }

}  // namespace sextant::report
