#include "src/import/trace_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

TraceTable::TraceTable(std::string_view header, char separator,
                       const std::map<std::string, std::string>& where)
    : separator_(separator) {
  if (const auto fault = cut(header)) throw *fault;
  for (const FieldOfLine& field : fields_) names_.push_back(io::printable(field.text));
  for (const auto& [name, value] : where) {
    const auto column = find({name.c_str()});
    if (!column) {
      const auto nearest = io::nearest_name(name, names_);
      throw LineFault{
          0, 1, fmt::format("found no column \"{}\", which \"where\" asks for", name),
          nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "columns: " + listed_names()};
    }
    where_.emplace_back(*column, value);
  }
}

std::optional<std::size_t> TraceTable::find(std::initializer_list<const char*> names) const {
  for (const char* name : names) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (lower(names_[i]) == lower(name)) return i;
    }
  }
  return std::nullopt;
}

std::string TraceTable::listed_names() const { return fmt::format("{}", fmt::join(names_, ", ")); }

std::string_view TraceTable::unquoted(std::string_view quoted) {
  if (quoted.find('"') == std::string_view::npos) return quoted;
  std::string& text = unquoted_.emplace_back();
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    text += quoted[i];
    if (quoted.substr(i, 2) == "\"\"") ++i;
  }
  return text;
}

/// Where the quotes close that open at `at`; npos if nowhere.
std::size_t TraceTable::closing_quote(std::string_view line, std::size_t at) {
  std::size_t close = line.find('"', at + 1);
  while (close != std::string_view::npos && line.substr(close, 2) == "\"\"") {
    close = line.find('"', close + 2);
  }
  return close;
}

std::optional<LineFault> TraceTable::cut(std::string_view line) {
  fields_.clear();
  unquoted_.clear();
  for (std::size_t at = 0; at <= line.size();) {
    const bool quoted = line.substr(at).starts_with('"');
    const std::size_t close = quoted ? closing_quote(line, at) : at;
    if (close == std::string_view::npos) {
      return LineFault{at, line.size() - at, "found a quote that is not closed"};
    }
    const std::size_t end = std::min(line.find(separator_, close), line.size());
    const std::string_view text =
        quoted ? unquoted(line.substr(at + 1, close - at - 1)) : trimmed(line.substr(at, end - at));
    fields_.push_back({text, at, std::max<std::size_t>(end - at, 1)});
    at = end + 1;
  }
  if (names_.empty() || fields_.size() == names_.size()) return std::nullopt;
  return LineFault{0, line.size(),
                   fmt::format("found {} fields, expected {} as in the first line", fields_.size(),
                               names_.size())};
}

bool TraceTable::wanted() const {
  return std::all_of(where_.begin(), where_.end(), [&](const auto& condition) {
    return fields_[condition.first].text == condition.second;
  });
}

LineFault TraceTable::fault(std::size_t column, const std::string& expected,
                            std::string help) const {
  const FieldOfLine& field = fields_[column];
  return {field.begin, field.length,
          fmt::format("{}: found \"{}\", expected {}", names_[column],
                      io::printable(field.text.substr(0, 60)), expected),
          std::move(help)};
}

}  // namespace sextant::importer
