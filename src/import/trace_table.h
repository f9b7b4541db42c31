#pragma once

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/import/trace_text.h"

namespace sextant::importer {

/// A table of text: a header, then lines of as many fields. Fields may stand in double quotes, with
/// doubled quotes within.
class TraceTable {
 public:
  /// @throws LineFault if a column of `where` is missing.
  TraceTable(std::string_view header, char separator,
             const std::map<std::string, std::string>& where);

  /// Number of the first column that has one of these names, whatever their capitals.
  std::optional<std::size_t> find(std::initializer_list<const char*> names) const;
  /// Names as the header has them.
  const std::vector<std::string>& names() const { return names_; }
  std::string listed_names() const;
  char separator() const { return separator_; }

  /// Cuts a line into its fields; the fault if there are too many or too few of them.
  std::optional<LineFault> cut(std::string_view line);
  /// Whether the line is one of those asked for.
  bool wanted() const;
  /// A field of the line, trimmed; empty without a column.
  std::string_view field(std::optional<std::size_t> column) const {
    return column ? std::string_view(fields_[*column].text) : std::string_view();
  }
  /// A fault at a field.
  LineFault fault(std::size_t column, const std::string& expected, std::string help = {}) const;

 private:
  struct FieldOfLine {
    std::string_view text;
    std::size_t begin = 0;
    std::size_t length = 1;
  };

  static std::size_t closing_quote(std::string_view line, std::size_t at);
  std::string_view unquoted(std::string_view quoted);

  char separator_;
  std::vector<std::string> names_;
  std::vector<std::pair<std::size_t, std::string>> where_;
  std::vector<FieldOfLine> fields_;
  std::deque<std::string> unquoted_;  ///< what fields with doubled quotes point to
};

}  // namespace sextant::importer
