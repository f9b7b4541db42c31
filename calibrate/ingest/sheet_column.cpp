#include "calibrate/ingest/sheet_column.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Role = SheetColumn::Role;
using Kind = SheetUnit::Kind;

constexpr double kGiga = 1e9;

struct NamedUnit {
  std::string_view name;
  SheetUnit unit;
};
constexpr double kKi = 1024;
/// Bits and bytes differ in one letter's case, so that case counts.
constexpr std::array kUnits{NamedUnit{"B", {Kind::kBytes, 1, 1}},
                            NamedUnit{"bytes", {Kind::kBytes, 1, 1}},
                            NamedUnit{"Bytes", {Kind::kBytes, 1, 1}},
                            NamedUnit{"KB", {Kind::kBytes, 1e3, kKi}},
                            NamedUnit{"kB", {Kind::kBytes, 1e3, kKi}},
                            NamedUnit{"MB", {Kind::kBytes, 1e6, kKi* kKi}},
                            NamedUnit{"GB", {Kind::kBytes, 1e9, kKi* kKi* kKi}},
                            NamedUnit{"KiB", {Kind::kBytes, kKi, kKi}},
                            NamedUnit{"MiB", {Kind::kBytes, kKi* kKi, kKi* kKi}},
                            NamedUnit{"GiB", {Kind::kBytes, kKi* kKi* kKi, kKi* kKi* kKi}},
                            NamedUnit{"MB/s", {Kind::kRate, 1e6, 1e6}},
                            NamedUnit{"MBps", {Kind::kRate, 1e6, 1e6}},
                            NamedUnit{"GB/s", {Kind::kRate, kGiga, kGiga}},
                            NamedUnit{"GB/sec", {Kind::kRate, kGiga, kGiga}},
                            NamedUnit{"GBps", {Kind::kRate, kGiga, kGiga}},
                            NamedUnit{"TB/s", {Kind::kRate, 1e12, 1e12}},
                            NamedUnit{"TBps", {Kind::kRate, 1e12, 1e12}},
                            NamedUnit{"MiB/s", {Kind::kRate, kKi* kKi, kKi* kKi}},
                            NamedUnit{"GiB/s", {Kind::kRate, kKi* kKi* kKi, kKi* kKi* kKi}},
                            NamedUnit{"Gb/s", {Kind::kRate, kGiga / 8, kGiga / 8}},
                            NamedUnit{"Gbps", {Kind::kRate, kGiga / 8, kGiga / 8}},
                            NamedUnit{"Gbit/s", {Kind::kRate, kGiga / 8, kGiga / 8}},
                            NamedUnit{"ns", {Kind::kTime, 1e-9, 1e-9}},
                            NamedUnit{"us", {Kind::kTime, 1e-6, 1e-6}},
                            NamedUnit{"usec", {Kind::kTime, 1e-6, 1e-6}},
                            NamedUnit{"\xC2\xB5s", {Kind::kTime, 1e-6, 1e-6}},  // the micro sign
                            NamedUnit{"\xCE\xBCs", {Kind::kTime, 1e-6, 1e-6}},  // the Greek letter
                            NamedUnit{"ms", {Kind::kTime, 1e-3, 1e-3}},
                            NamedUnit{"msec", {Kind::kTime, 1e-3, 1e-3}},
                            NamedUnit{"s", {Kind::kTime, 1, 1}},
                            NamedUnit{"sec", {Kind::kTime, 1, 1}}};

using Meaning = std::pair<std::string_view, Role>;

/// Names that are a column's whole name, beside units and counts.
constexpr std::array kWholeNames{Meaning{"num nodes", Role::kNodes},
                                 Meaning{"num gpus", Role::kRanks},
                                 Meaning{"num ranks", Role::kRanks},
                                 Meaning{"total gpus", Role::kRanks},
                                 Meaning{"nodes", Role::kNodes},
                                 Meaning{"node", Role::kNodes},
                                 Meaning{"nnodes", Role::kNodes},
                                 Meaning{"hosts", Role::kNodes},
                                 Meaning{"instances", Role::kNodes},
                                 Meaning{"gpus", Role::kRanks},
                                 Meaning{"ranks", Role::kRanks},
                                 Meaning{"nranks", Role::kRanks},
                                 Meaning{"ngpus", Role::kRanks},
                                 Meaning{"world size", Role::kRanks},
                                 Meaning{"gpus per node", Role::kRanksPerNode},
                                 Meaning{"ranks per node", Role::kRanksPerNode},
                                 Meaning{"gpus node", Role::kRanksPerNode},
                                 Meaning{"ppn", Role::kRanksPerNode},
                                 Meaning{"operation", Role::kOperation},
                                 Meaning{"op", Role::kOperation},
                                 Meaning{"collective", Role::kOperation},
                                 Meaning{"test", Role::kOperation},
                                 Meaning{"iterations", Role::kIterations},
                                 Meaning{"iters", Role::kIterations},
                                 Meaning{"repetitions", Role::kIterations},
                                 Meaning{"type", Role::kType},
                                 Meaning{"dtype", Role::kType},
                                 Meaning{"wrong", Role::kWrong},
                                 Meaning{"errors", Role::kWrong},
                                 Meaning{"speedup", Role::kApplication},
                                 Meaning{"efficiency", Role::kApplication},
                                 Meaning{"baseline", Role::kApplication},
                                 Meaning{"speed up", Role::kApplication}};

/// Words that make a column a figure or a size, the first that is found counts.
constexpr std::array kWithin{Meaning{"busbw", Role::kBusbw},
                             Meaning{"bus bw", Role::kBusbw},
                             Meaning{"bus bandwidth", Role::kBusbw},
                             Meaning{"algbw", Role::kAlgbw},
                             Meaning{"alg bw", Role::kAlgbw},
                             Meaning{"algo bw", Role::kAlgbw},
                             Meaning{"algorithm bandwidth", Role::kAlgbw},
                             Meaning{"bandwidth", Role::kBandwidth},
                             Meaning{"throughput", Role::kBandwidth},
                             Meaning{"bw", Role::kBandwidth},
                             Meaning{"latency", Role::kTime},
                             Meaning{"time", Role::kTime},
                             Meaning{"message size", Role::kSize},
                             Meaning{"msg size", Role::kSize},
                             Meaning{"data size", Role::kSize},
                             Meaning{"size", Role::kSize},
                             Meaning{"payload", Role::kSize},
                             Meaning{"bytes", Role::kSize}};

/// What compares figures, is no mean, or negates what sets a column apart.
constexpr std::array<std::string_view, 18> kNoFigure{
    "vs",  "gain", "slowdown", "delta", "ratio", "%",  "max",      "min",     "peak",
    "std", "cv",   "p99",      "sigma", "off",   "on", "disabled", "without", "no"};
constexpr std::array<std::string_view, 6> kAlgorithms{"ring", "tree",    "nvls",
                                                      "pat",  "collnet", "nvlstree"};
constexpr std::array<std::string_view, 3> kProtocols{"simple", "ll", "ll128"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& known, std::string_view word) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 || c == '%';
}

/// Lower-case words; what is not a letter, digit or % separates them.
std::vector<std::string> plain_words(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (is_alphanumeric(c)) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  for (std::string& word : words) word = lower(word);
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Takes the unit out of a name: in brackets, or a word of it.
std::string take_unit(std::string name, SheetColumn& column) {
  std::replace(name.begin(), name.end(), '_', ' ');  // "time_us"
  for (std::size_t open = name.find_first_of("(["); open != std::string::npos;
       open = name.find_first_of("([", open + 1)) {
    const std::size_t close = name.find_first_of(")]", open);
    if (close == std::string::npos) break;
    const std::string inside(trimmed(name.substr(open + 1, close - open - 1)));
    if (const auto unit = sheet_unit(inside)) {
      column.unit = unit;
      return name.substr(0, open) + " " + name.substr(close + 1);
    }
    if (lower(inside).ends_with("bps") || lower(inside).ends_with("b/s")) {
      column.unknown_unit = inside;
    }
  }
  for (const std::string_view word : Words(name)) {
    const auto unit = sheet_unit(word);
    if (!unit || word.size() < 2) continue;  // "s" and "B" are too short to be sure
    column.unit = unit;
    if (lower(word) == "bytes") return name;  // it also says what the column holds
    const auto at = static_cast<std::size_t>(word.data() - name.data());
    return name.substr(0, at) + " " + name.substr(at + word.size());
  }
  return name;
}

/// Takes "4 nodes" and "16 gpus" out of the words.
void take_counts(std::vector<std::string>& words, SheetColumn& column) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto count = to_count(words[i]);
    if (!count || *count < 1 || *count > 1e6) continue;
    const std::string& what = words[i + 1];
    const bool nodes = what == "nodes" || what == "node";
    if (!nodes && what != "gpus" && what != "ranks" && what != "gpu") continue;
    (nodes ? column.nodes : column.ranks) = static_cast<int>(*count);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    return;
  }
}

/// What sets one figure apart from another.
void take_qualifiers(const std::vector<std::string>& words, SheetColumn& column) {
  for (const std::string& word : words) {
    if (word == "in" || word == "inplace" || word == "ip") column.in_place = true;
    if (contains(kProtocols, word)) column.protocol = word;
    if (contains(kAlgorithms, word)) column.algorithm = word == "nvlstree" ? "nvls_tree" : word;
  }
}

}  // namespace

std::optional<SheetUnit> sheet_unit(std::string_view text) {
  const auto* found = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const NamedUnit& known) { return known.name == text; });
  if (found == kUnits.end()) return std::nullopt;
  return found->unit;
}

std::optional<SheetAmount> sheet_amount(std::string_view cell) {
  std::string text = without_markup(cell);
  // Commas that part thousands: "1,048,576".
  for (std::size_t comma = text.find(','); comma != std::string::npos; comma = text.find(',')) {
    const auto digit = [&](std::size_t i) {
      return i < text.size() && text[i] >= '0' && text[i] <= '9';
    };
    if (!digit(comma + 1) || !digit(comma + 2) || !digit(comma + 3) || digit(comma + 4)) break;
    text.erase(comma, 1);
  }
  const std::size_t end = std::min(text.find_first_not_of("0123456789.eE+-"), text.size());
  const auto number = parse_printed(text.substr(0, end));
  if (!number) return std::nullopt;
  std::string_view rest = trimmed(std::string_view(text).substr(end));
  constexpr std::string_view kPlusMinus = "\xC2\xB1";
  if (rest.starts_with(kPlusMinus)) {  // the spread behind a mean
    rest = trimmed(rest.substr(kPlusMinus.size()));
    rest = trimmed(rest.substr(std::min(rest.find_first_not_of("0123456789."), rest.size())));
  }
  if (rest.empty()) return SheetAmount{*number, std::nullopt};
  const auto unit = sheet_unit(rest);
  if (!unit) return std::nullopt;
  return SheetAmount{*number, unit};
}

SheetColumn sheet_column(std::string_view header) {
  SheetColumn column;
  column.name = without_markup(header);
  std::vector<std::string> words = plain_words(take_unit(column.name, column));
  const std::string whole = joined(words);
  for (const auto& [name, role] : kWholeNames) {
    if (whole != name) continue;
    column.role = role;
    return column;
  }
  take_counts(words, column);
  if (std::any_of(words.begin(), words.end(),
                  [](const std::string& word) { return contains(kNoFigure, word); })) {
    column.comparison = true;
    return column;
  }
  const std::string text = " " + joined(words) + " ";
  for (const auto& [name, role] : kWithin) {
    if (text.find(" " + std::string(name) + " ") == std::string::npos) continue;
    column.role = role;
    if (name == "bytes" && !column.unit) column.unit = sheet_unit("B");
    break;
  }
  const bool counts = column.nodes > 0 || column.ranks > 0;
  const bool rate = column.unit && column.unit->kind == Kind::kRate;
  if (column.role == Role::kOther && (rate || counts)) column.role = Role::kBandwidth;
  take_qualifiers(words, column);
  return column;
}

std::string without_markup(std::string_view cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const char c = cell[i];
    const std::string_view rest = cell.substr(i);
    if (rest.starts_with("<br")) {
      i += std::min(rest.find('>'), rest.size() - 1);
      text += ' ';
    } else if (c != '*' && c != '`' && c != '"') {
      text += c;
    }
  }
  return std::string(trimmed(text));
}

}  // namespace sextant::ingest
