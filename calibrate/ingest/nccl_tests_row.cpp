#include "calibrate/ingest/nccl_tests_row.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "calibrate/ingest/nccl_names.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;
using Row = CollectiveRow;
using Rest = std::span<const Text>;

/// A number with decimals; relative errors such as 1.5e-07 are none of the figures.
bool has_point(Text word) { return word.find('.') != Text::npos && word.find("e-") == Text::npos; }

/// More columns than any version prints.
using Cells = std::array<Text, 40>;

/// "2025-10-28"
bool is_date(Text word) {
  return word.size() == 10 && word[4] == '-' && word[7] == '-' && is_digit(word[0]);
}

/// What -S 1 appends.
Rest without_timestamp(Rest words) {
  if (words.size() > 2 && is_date(words[words.size() - 2])) return words.first(words.size() - 2);
  return words;
}

/// What a log viewer may leave of a line that another process has broken into: "-1node:25:25".
Text root_prefix(Text word) {
  std::size_t end = word.starts_with('-') ? 1 : 0;
  while (end < word.size() && is_digit(word[end])) ++end;
  return word.substr(0, end);
}

/// Index of the type: the first word that is one, behind two whole numbers.
std::optional<std::size_t> type_index(Rest words) {
  for (std::size_t i = 2; i < std::min<std::size_t>(words.size(), 4); ++i) {
    if (element_bytes(words[i])) return i;
  }
  return std::nullopt;
}

/// Takes the words of redop and root; what is left are figures.
void take_reduction(Rest& rest, Row& row) {
  if (rest.empty() || !is_letter(rest[0][0]) || rest[0] == "N/A") return;
  row.reduction = rest[0] == "none" ? Row::Reduction::kNone : Row::Reduction::kSome;
  rest = rest.subspan(1);
}

void set_root(Text word, Row& row) {
  row.root = word.starts_with('-') ? Row::Root::kNone : Row::Root::kSome;
}

/// algbw and busbw have decimals, the time has them below 10 ms. So two or three words with
/// decimals in a row are (time) algbw busbw.
struct FigurePlace {
  std::size_t time = 0;
  std::size_t end = 0;  ///< behind busbw
};
std::optional<FigurePlace> find_figures(Rest rest) {
  std::size_t first = 0;
  while (first < rest.size() && !has_point(rest[first])) ++first;
  std::size_t last = first;
  while (last < rest.size() && has_point(rest[last])) ++last;
  const std::size_t count = last - first;
  if (count == 2 && first > 0) return FigurePlace{first - 1, last};
  if (count == 3 || count == 6) return FigurePlace{first, first + 3};
  // time algbw busbw, then time algbw busbw without a column of errors and with a time of 10 ms.
  if (count > 3) return FigurePlace{first, first + 3};
  return std::nullopt;
}

struct FigureReader {
  std::string fault = {};

  PrintedNumber number(Text word) {
    const auto parsed = parse_printed(word);
    if (parsed && parsed->value >= 0) return *parsed;
    if (fault.empty()) fault = std::string("found '") + std::string(word) + "' among the figures";
    return {};
  }

  RowFigures figures(Rest words) {
    return {number(words[0]), number(words[1]), number(words[2]), {}};
  }
};

bool is_check(Text word) { return word == "N/A" || (!has_point(word) && parse_printed(word)); }

/// One direction; `rest` is left behind it.
std::optional<RowFigures> take_direction(Rest& rest, const NcclTestsColumns& columns,
                                         FigureReader& reader) {
  const auto place = find_figures(rest);
  if (!place) return std::nullopt;
  RowFigures figures = reader.figures(rest.subspan(place->time, 3));
  rest = rest.subspan(place->end);
  // A whole number may be the column of errors or the next direction's time.
  const bool next_is_time = rest.size() >= 3 && has_point(rest[1]) && has_point(rest[2]) &&
                            (rest.size() == 3 || !has_point(rest[3])) && !columns.per_iteration;
  if (!rest.empty() && is_check(rest[0]) && !next_is_time) {
    figures.wrong = rest[0];
    rest = rest.subspan(1);
  }
  const auto plain = std::find_if_not(rest.begin(), rest.end(), has_point);
  const bool per_iteration = columns.per_iteration || plain - rest.begin() > 3;
  if (per_iteration && rest.size() >= 4) {
    figures.p99_us = reader.number(rest[2]).value;
    rest = rest.subspan(4);
  }
  return figures;
}

/// rccl-tests may add columns behind the last one.
void take_names(Rest rest, Row& row) {
  for (const Text word : rest) {
    if (row.algorithm.empty()) row.algorithm = algorithm_name(word);
    if (row.protocol.empty()) row.protocol = protocol_name(word);
  }
}

/// A word with two decimal points: two columns without a blank between them.
std::optional<std::string> fused_words(Rest words) {
  for (const Text word : words) {
    if (std::count(word.begin(), word.end(), '.') < 2) continue;
    return "columns run together: '" + std::string(word) + "'";
  }
  return std::nullopt;
}

/// The figures, in the order of the directions.
void take_figures(Rest rest, const NcclTestsColumns& columns, NcclTestsLine& line) {
  FigureReader reader;
  const Rest words = rest;
  const auto place = find_figures(rest);
  if (!place) {
    line.complete = rest.size() >= 3 && parse_printed(rest[1]) && parse_printed(rest[2]);
    line.fault = fused_words(words).value_or(
        "the columns are not those of a row: time, algbw and busbw were not found");
    return;
  }
  line.complete = true;
  if (place->time > 0) set_root(rest[place->time - 1], line.row);
  auto first = take_direction(rest, columns, reader);
  auto second = take_direction(rest, columns, reader);
  take_names(rest, line.row);
  if (columns.in_place_first && second) std::swap(first, second);
  line.row.out_of_place = first;
  line.row.in_place = second;
  line.fault = reader.fault.empty() ? "" : fused_words(words).value_or(reader.fault);
}

}  // namespace

std::optional<NcclTestsLine> parse_nccl_tests_row(Text text, const NcclTestsColumns& columns) {
  Cells cells;
  const Rest words(cells.data(), split_words(text, cells));
  const auto type = type_index(words);
  if (!type) return std::nullopt;
  const auto bytes = to_count(words[*type - 2]);
  const auto count = to_count(words[*type - 1]);
  if (!bytes || !count) return std::nullopt;
  NcclTestsLine line;
  line.row.bytes = *bytes;
  line.row.count = count;
  line.row.type = words[*type];
  if (*type == 3) {
    const auto nodes = to_count(words[0]);
    if (nodes && *nodes <= 1e6) line.row.nodes = static_cast<int>(*nodes);
  }
  Rest rest = without_timestamp(words.subspan(*type + 1));
  take_reduction(rest, line.row);
  take_figures(rest, columns, line);
  if (!line.complete && !rest.empty()) {
    const Text root = root_prefix(rest[0]);
    if (!root.empty() && !has_point(rest[0])) set_root(root, line.row);
  }
  return line;
}

bool complete_nccl_tests_row(Text text, const NcclTestsColumns& columns, NcclTestsLine& line) {
  Cells cells;
  const Rest words(cells.data(), split_words(text, cells));
  if (words.size() < 3 || !parse_printed(words[0])) return false;
  take_figures(without_timestamp(words), columns, line);
  return line.complete;
}

}  // namespace sextant::ingest
