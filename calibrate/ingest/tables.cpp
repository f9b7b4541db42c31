#include "calibrate/ingest/tables.h"

#include <algorithm>
#include <optional>

#include "calibrate/ingest/bus_factor.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

/// Longer lines are no header of a table of Markdown …
constexpr std::size_t kLongestHeader = 1000;
/// … and longer texts no name of a column of separated values.
constexpr std::size_t kLongestName = 48;
/// A longer paragraph is no prose but a log.
constexpr std::size_t kLongestParagraph = 4096;

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (separator == '|' && c == '\\' && i + 1 < line.size()) {
      cells.back() += line[++i];
    } else if (separator != '|' && c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (std::string& cell : cells) cell = trimmed(cell);
  return cells;
}

/// The cells of a row of Markdown, with or without a | at its ends.
std::vector<std::string> split_markdown(std::string_view line) {
  if (line.starts_with('|')) line.remove_prefix(1);
  if (line.ends_with('|') && !line.ends_with("\\|")) line.remove_suffix(1);
  return split(line, '|');
}

/// "|---|---:|": what makes the line above it a header.
bool is_rule(std::string_view line) {
  return line.find("--") != std::string_view::npos &&
         line.find_first_not_of("|-: \t") == std::string_view::npos;
}

/// What separates at least three short texts, as a header's names are; 0 if nothing does.
char separator_of_names(std::string_view line) {
  for (const char separator : {',', ';', '\t'}) {
    std::size_t begin = 0, cells = 1;
    for (std::size_t end = line.find(separator); end != std::string_view::npos;
         end = line.find(separator, begin)) {
      if (end - begin > kLongestName) return 0;
      begin = end + 1;
      ++cells;
    }
    if (cells > 2) return line.size() - begin <= kLongestName ? separator : '\0';
  }
  return 0;
}

/// What every header has, looked for without taking the line apart: a log has many lines.
bool names_figure(std::string_view line) {
  constexpr std::array<std::string_view, 7> kParts{"bw",     "BW",       "Bw",       "ime",
                                                   "atency", "andwidth", "hroughput"};
  return std::any_of(kParts.begin(), kParts.end(), [line](std::string_view part) {
    return line.find(part) != std::string_view::npos;
  });
}

bool is_known(const SheetColumn& column) { return column.role != SheetColumn::Role::kOther; }

/// Whether separated values below these names may be measurements.
bool is_header(const Sheet& sheet) {
  const bool names = std::none_of(sheet.columns.begin(), sheet.columns.end(), [](auto& column) {
    return column.name.size() > kLongestName || to_number(column.name).has_value();
  });
  const auto known = std::count_if(sheet.columns.begin(), sheet.columns.end(), is_known);
  return names && known >= 2 && has_figures(sheet);
}

Sheet sheet_of(const std::vector<std::string>& names, std::uint64_t line) {
  Sheet sheet{.line = line, .columns = {}, .rows = {}};
  for (const std::string& name : names) sheet.columns.push_back(sheet_column(name));
  return sheet;
}

/// A word of prose that can only mean a collective: "all_reduce_perf", "all-gather", but not
/// "reduce", which is also a word of English.
std::optional<Operation> collective_in_prose(std::string_view word) {
  std::string name;
  for (const char c : lower(word)) {
    if (c != '_' && c != '-') name += c;
  }
  constexpr std::array kNames{"allreduce", "allgather", "reducescatter",
                              "alltoall",  "broadcast", "sendrecv"};
  const bool exact = std::find(kNames.begin(), kNames.end(), name) != kNames.end();
  return exact || name.ends_with("perf") ? collective_named(word) : std::nullopt;
}

/// The collectives that a text names: one, or nothing if none or several.
std::optional<Operation> only_collective(std::string_view text) {
  constexpr std::string_view kWordCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  std::optional<Operation> only;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find_first_of(kWordCharacters), text.size());
    const std::size_t end = std::min(text.find_first_not_of(kWordCharacters, begin), text.size());
    const auto found = collective_in_prose(text.substr(begin, end - begin));
    text.remove_prefix(end);
    if (found && only && *found != *only) return std::nullopt;
    if (found) only = found;
  }
  return only;
}

}  // namespace

bool TablesReader::read(const LogLine& line, LogSink& sink) {
  if (separator_ != 0) {
    if (separator_ == '|' ? read_markdown(line, sink) : read_separated(line, sink)) return true;
    // Lines of a program may stand between separated values; a table of Markdown ends.
    if (separator_ == '|') finish(sink);
  }
  const bool pipes = line.text.find('|') != std::string_view::npos;
  if (pipes && pipes_line_ + 1 == line.number && is_rule(line.text)) {
    begin_markdown(sink);
    return true;
  }
  pipes_line_ = pipes && line.text.size() < kLongestHeader ? line.number : 0;
  if (pipes_line_ != 0) pipes_ = line.text;
  if (begin_separated(line, sink)) return true;
  if (!pipes) remember_prose(line.text);
  return false;
}

void TablesReader::finish(LogSink& sink) {
  table_.close(sink);
  separator_ = 0;
}

bool TablesReader::read_separated(const LogLine& line, LogSink& sink) {
  if (line.text.find(separator_) == std::string_view::npos) return false;
  const bool digit_first = line.text.front() >= '0' && line.text.front() <= '9';
  const auto separators = std::count(line.text.begin(), line.text.end(), separator_);
  if (!digit_first && static_cast<std::size_t>(separators) + 1 < table_.columns()) return false;
  std::vector<std::string> cells = split(line.text, separator_);
  while (cells.size() > table_.columns() && cells.back().empty()) cells.pop_back();
  const bool number_first = to_number(cells.front()).has_value();
  if (cells.size() != table_.columns()) {
    if (number_first) table_.add_broken(line.number, sink);
    return number_first;
  }
  if (!number_first && !table_.has_size(cells)) return false;
  table_.add({line.number, std::move(cells)}, sink);
  return true;
}

bool TablesReader::read_markdown(const LogLine& line, LogSink& sink) {
  if (line.text.find('|') == std::string_view::npos) return false;
  std::vector<std::string> cells = split_markdown(line.text);
  cells.resize(table_.columns());  // as Markdown does
  table_.add({line.number, std::move(cells)}, sink);
  return true;
}

bool TablesReader::begin_separated(const LogLine& line, LogSink& sink) {
  const char separator = separator_of_names(line.text);
  if (separator == 0 || !names_figure(line.text)) return false;
  Sheet sheet = sheet_of(split(line.text, separator), line.number);
  if (!is_header(sheet)) return false;
  finish(sink);
  separator_ = separator;
  table_.open(std::move(sheet), context());
  return true;
}

void TablesReader::begin_markdown(LogSink& sink) {
  finish(sink);
  separator_ = '|';
  table_.open(sheet_of(split_markdown(pipes_), pipes_line_), context());
  pipes_line_ = 0;
}

/// Keeps headings and the last paragraph, which say what the table is of.
void TablesReader::remember_prose(std::string_view text) {
  const std::size_t level = std::min(text.find_first_not_of('#'), text.size());
  if (text.empty()) {
    paragraph_ended_ = true;
  } else if (level > 0 && level <= headings_.size() && text.substr(level).starts_with(' ')) {
    headings_[level - 1] = text.substr(level);
    for (std::size_t deeper = level; deeper < headings_.size(); ++deeper) headings_[deeper].clear();
    paragraph_.clear();
  } else {
    if (paragraph_ended_ || paragraph_.size() > kLongestParagraph) paragraph_.clear();
    paragraph_ended_ = false;
    paragraph_ += text.substr(0, kLongestParagraph);
    paragraph_ += ' ';
  }
}

/// The nearest text that names one collective: the paragraph before the table, then the headings
/// above it.
SheetContext TablesReader::context() const {
  SheetContext found;
  const auto take = [&](const std::string& text) {
    const std::string plain = lower(text);
    if (!found.operation) found.operation = only_collective(text);
    if (found.says_busbw || found.says_algbw) return;
    found.says_busbw = plain.find("busbw") != std::string::npos ||
                       plain.find("bus bandwidth") != std::string::npos;
    found.says_algbw = plain.find("algbw") != std::string::npos;
  };
  take(paragraph_);
  for (auto heading = headings_.rbegin(); heading != headings_.rend(); ++heading) take(*heading);
  return found;
}

}  // namespace sextant::ingest
