#pragma once

#include <string>
#include <vector>

namespace sextant::report {

/// Columns of text, as wide as their widest cell, two blanks apart.
class TextTable {
 public:
  enum class Align { kLeft, kRight };

  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// Cells beyond the last column are not allowed; missing ones are empty.
  void row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  /// Every row on a line of its own, behind `indent` blanks, without trailing blanks.
  std::string render(int indent = 2) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Characters that the text takes on a terminal: colour codes take none.
std::size_t display_width(std::string_view text);

/// A bar of `share` (0 to 1) of `width` characters, to an eighth of a character.
std::string text_bar(double share, int width);

}  // namespace sextant::report
