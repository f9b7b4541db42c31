#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "src/report/shown_text.h"

namespace sextant::report {

/// Columns of text, as wide as their widest cell, two blanks apart. A sentence is never cut; a name
/// that is longer than any sentence ends with an ellipsis, and is whole in JSON.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  static constexpr std::size_t kWidest = 300;  ///< columns of a cell
  static constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();

  /// `widest`: columns of a cell; kWhole where whoever reads wants all of it.
  explicit TextTable(std::vector<Align> columns, std::size_t widest = kWidest)
      : columns_(std::move(columns)), widest_(widest) {}

  /// Cells beyond the last column are not allowed; missing ones are empty. They are escaped.
  void row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  /// Every row on a line of its own, behind `indent` blanks, without trailing blanks.
  std::string render(int indent = 2) const;

 private:
  std::vector<std::size_t> widths() const;

  std::vector<Align> columns_;
  std::size_t widest_;
  std::vector<std::vector<std::string>> rows_;
};

/// A bar of `share` (0 to 1) of `width` characters, to an eighth of a character.
std::string text_bar(double share, int width);

}  // namespace sextant::report
