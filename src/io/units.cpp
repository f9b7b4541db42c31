#include "src/io/units.h"

#include <fmt/format.h>

#include <array>

namespace sextant::io {
namespace {

struct Prefix {
  std::string_view symbol;
  double numerator;
  double denominator;
};

constexpr std::array kSmall{Prefix{"m", 1, 1e3}, Prefix{"u", 1, 1e6}, Prefix{"µ", 1, 1e6},
                            Prefix{"n", 1, 1e9}};
constexpr std::array kDecimal{Prefix{"k", 1e3, 1},  Prefix{"M", 1e6, 1},  Prefix{"G", 1e9, 1},
                              Prefix{"T", 1e12, 1}, Prefix{"P", 1e15, 1}, Prefix{"E", 1e18, 1},
                              Prefix{"Z", 1e21, 1}, Prefix{"Y", 1e24, 1}};
constexpr std::array kBinary{Prefix{"Ki", 0x1p10, 1}, Prefix{"Mi", 0x1p20, 1},
                             Prefix{"Gi", 0x1p30, 1}, Prefix{"Ti", 0x1p40, 1},
                             Prefix{"Pi", 0x1p50, 1}, Prefix{"Ei", 0x1p60, 1}};
using Prefixes = std::span<const Prefix>;
constexpr std::size_t kUpToKilo = 1, kUpToGiga = 3, kUpToTera = 4, kUpToExa = 6, kUpToYotta = 8;

/// A symbol, what it stands for, and the prefixes that it takes: the first `decimal` of kDecimal,
/// all of kBinary, all of kSmall.
struct Symbol {
  std::string_view text;
  std::string_view kind;  ///< class in DimensionInfo::spelled
  Unit unit;
  std::size_t decimal = 0;
  bool binary = false;
  bool small = false;
  const char* meaning = "";
};

constexpr Dimension kData{.bytes = 1}, kWork{.flops = 1}, kTime{.seconds = 1}, kEnergy{.joules = 1},
    kPower{.seconds = -1, .joules = 1}, kMoney{.usd = 1}, kMass{.grams = 1};
constexpr double kDayS = 86400, kMonthS = 730 * 3600.0, kYearS = 8760 * 3600.0;

constexpr std::array kSymbols{
    Symbol{"B", "data", {kData, 1, 1}, kUpToExa, true, false, "byte"},
    Symbol{"b", "data", {kData, 1, 8}, kUpToExa, true, false, "bit, an eighth of a byte"},
    Symbol{"FLOP", "work", {kWork, 1, 1}, kUpToYotta, false, false, "floating-point operation"},
    Symbol{"s", "time", {kTime, 1, 1}, 0, false, true, "second"},
    Symbol{"min", "time", {kTime, 60, 1}, 0, false, false, "minute"},
    Symbol{"h", "time", {kTime, 3600, 1}, 0, false, false, "hour"},
    Symbol{"d", "time", {kTime, kDayS, 1}, 0, false, false, "day of 24 h"},
    Symbol{"week", "time", {kTime, 7 * kDayS, 1}, 0, false, false, "7 d"},
    Symbol{"month", "time", {kTime, kMonthS, 1}, 0, false, false, "730 h, as in cloud price lists"},
    Symbol{"year", "time", {kTime, kYearS, 1}, 0, false, false, "8760 h"},
    Symbol{"J", "energy", {kEnergy, 1, 1}, kUpToTera, false, false, "joule"},
    Symbol{"Wh", "energy", {kEnergy, 3600, 1}, kUpToTera, false, false, "watt-hour, 3600 J"},
    Symbol{"W", "power", {kPower, 1, 1}, kUpToGiga, false, false, "watt, J/s"},
    Symbol{"USD", "money", {kMoney, 1, 1}, kUpToGiga, false, false, "US dollar"},
    Symbol{"g", "mass", {kMass, 1, 1}, kUpToKilo, false, false, "gram of CO2 equivalent"},
    Symbol{"t", "mass", {kMass, 1e6, 1}, kUpToKilo, false, false, "tonne of CO2 equivalent"}};

Prefixes decimal_prefixes(const Symbol& symbol) { return Prefixes(kDecimal).first(symbol.decimal); }
Prefixes binary_prefixes(const Symbol& symbol) {
  return symbol.binary ? Prefixes(kBinary) : Prefixes();
}
Prefixes small_prefixes(const Symbol& symbol) {
  return symbol.small ? Prefixes(kSmall) : Prefixes();
}

std::optional<Unit> find_symbol(std::string_view text) {
  for (const Symbol& symbol : kSymbols) {
    if (!text.ends_with(symbol.text)) continue;
    const std::string_view prefix = text.substr(0, text.size() - symbol.text.size());
    if (prefix.empty()) return symbol.unit;
    for (Prefixes prefixes :
         {decimal_prefixes(symbol), binary_prefixes(symbol), small_prefixes(symbol)}) {
      for (const Prefix& candidate : prefixes) {
        if (candidate.symbol != prefix) continue;
        Unit unit = symbol.unit;
        unit.numerator *= candidate.numerator;
        unit.denominator *= candidate.denominator;
        return unit;
      }
    }
  }
  return std::nullopt;
}

void add(Dimension& sum, const Dimension& term, int sign) {
  sum.bytes += sign * term.bytes;
  sum.flops += sign * term.flops;
  sum.seconds += sign * term.seconds;
  sum.joules += sign * term.joules;
  sum.usd += sign * term.usd;
  sum.grams += sign * term.grams;
}

void multiply(Unit& product, const Unit& term) {
  add(product.dimension, term.dimension, 1);
  product.numerator *= term.numerator;
  product.denominator *= term.denominator;
}

void divide(Unit& quotient, const Unit& term) {
  add(quotient.dimension, term.dimension, -1);
  quotient.numerator *= term.denominator;
  quotient.denominator *= term.numerator;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text, std::string_view& unknown) {
  Unit unit;
  bool divides = text.starts_with('/');
  if (divides) text.remove_prefix(1);
  while (true) {
    const std::size_t end = std::min(text.find_first_of("/*"), text.size());
    const std::string_view symbol = text.substr(0, end);
    const std::optional<Unit> term = find_symbol(symbol);
    if (!term) {
      unknown = symbol;
      return std::nullopt;
    }
    divides ? divide(unit, *term) : multiply(unit, *term);
    if (end == text.size()) return unit;
    divides = text[end] == '/';
    text.remove_prefix(end + 1);
  }
}

std::optional<double> count_multiplier(std::string_view suffix) {
  if (suffix.empty()) return 1.0;
  for (const Prefix& prefix : Prefixes(kDecimal).first(kUpToExa)) {
    if (prefix.symbol == suffix) return prefix.numerator;
  }
  for (const Prefix& prefix : kBinary) {
    if (prefix.symbol == suffix) return prefix.numerator;
  }
  return std::nullopt;
}

std::span<const DimensionInfo> named_dimensions() {
  static const std::array table{
      DimensionInfo{kData,
                    "data",
                    "an amount of data",
                    "80 GiB",
                    {"B", "kB", "MB", "GB", "TB", "PB", "EB", "KiB", "MiB", "GiB", "TiB", "PiB"},
                    {"data"}},
      DimensionInfo{
          kWork,
          "work",
          "an amount of work",
          "3.8e25 FLOP",
          {"FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP", "YFLOP"},
          {"work"}},
      DimensionInfo{kTime,
                    "duration",
                    "a duration",
                    "30 min",
                    {"s", "ns", "us", "ms", "min", "h", "d"},
                    {"time"}},
      DimensionInfo{kEnergy,
                    "energy",
                    "an energy",
                    "1.2 MWh",
                    {"J", "kJ", "MJ", "Wh", "kWh", "MWh", "GWh"},
                    {"energy", "power*time"}},
      DimensionInfo{kMoney, "money", "an amount of money", "1500 USD", {"USD"}, {"money"}},
      DimensionInfo{kMass, "emission", "a mass of CO2e", "12 kg", {"g", "kg", "t"}, {"mass"}},
      DimensionInfo{
          {.bytes = 1, .seconds = -1},
          "data_rate",
          "a data rate",
          "400 Gb/s",
          {"B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"},
          {"data/time"}},
      DimensionInfo{{.flops = 1, .seconds = -1},
                    "compute_rate",
                    "a compute rate",
                    "989 TFLOP/s",
                    {"FLOP/s", "kFLOP/s", "MFLOP/s", "GFLOP/s", "TFLOP/s", "PFLOP/s", "EFLOP/s"},
                    {"work/time"}},
      DimensionInfo{
          kPower, "power", "a power", "700 W", {"W", "kW", "MW", "GW"}, {"power", "energy/time"}},
      DimensionInfo{{.seconds = -1},
                    "rate",
                    "a rate",
                    "0.5 /d",
                    {"/s", "/min", "/h", "/d", "/year"},
                    {"/time"}},
      DimensionInfo{{.seconds = -1, .usd = 1},
                    "price_per_time",
                    "a price per time",
                    "55.04 USD/h",
                    {"USD/h"},
                    {"money/time"}},
      DimensionInfo{{.bytes = -1, .seconds = -1, .usd = 1},
                    "storage_price",
                    "a price of storage",
                    "0.023 USD/GB/month",
                    {"USD/GB/month"},
                    {"money/data/time", "money/time/data"}},
      DimensionInfo{{.bytes = -1, .usd = 1},
                    "transfer_price",
                    "a price per amount of data",
                    "0.09 USD/GB",
                    {"USD/GB"},
                    {"money/data"}},
      DimensionInfo{{.joules = -1, .grams = 1},
                    "carbon_intensity",
                    "a carbon intensity",
                    "396 g/kWh",
                    {"g/kWh"},
                    {"mass/energy"}}};
  return table;
}

const DimensionInfo* find_dimension(const Dimension& dimension) {
  for (const DimensionInfo& info : named_dimensions()) {
    if (info.dimension == dimension) return &info;
  }
  return nullptr;
}

std::string base_unit(const Dimension& d) {
  const std::array<std::pair<int, const char*>, 6> terms{{{d.usd, "USD"},
                                                          {d.grams, "g"},
                                                          {d.joules, "J"},
                                                          {d.flops, "FLOP"},
                                                          {d.bytes, "B"},
                                                          {d.seconds, "s"}}};
  std::string above, below;
  for (const auto& [exponent, symbol] : terms) {
    for (int i = 0; i < exponent; ++i) above += (above.empty() ? "" : "*") + std::string(symbol);
    for (int i = 0; i < -exponent; ++i) below += "/" + std::string(symbol);
  }
  return above + below;
}

std::string dimension_name(const Dimension& dimension) {
  const DimensionInfo* info = find_dimension(dimension);
  return info ? info->name : "a quantity in " + base_unit(dimension);
}

std::string dimension_expectation(const Dimension& dimension) {
  const DimensionInfo* info = find_dimension(dimension);
  return info ? fmt::format("{} such as \"{}\"", info->name, info->example)
              : fmt::format("{0} such as \"1 {1}\"", dimension_name(dimension),
                            base_unit(dimension));
}

namespace {

constexpr std::string_view kNumberPattern = R"(([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?)";

void add_alternatives(std::string& pattern, Prefixes prefixes) {
  for (const Prefix& prefix : prefixes) pattern += fmt::format("{}|", prefix.symbol);
}

/// "((k|M|G)?W)" for every symbol of a kind.
std::string kind_pattern(std::string_view kind) {
  std::string alternatives;
  for (const Symbol& symbol : kSymbols) {
    if (symbol.kind != kind) continue;
    std::string prefixes;
    add_alternatives(prefixes, decimal_prefixes(symbol));
    add_alternatives(prefixes, binary_prefixes(symbol));
    add_alternatives(prefixes, small_prefixes(symbol));
    if (!prefixes.empty()) {
      prefixes.pop_back();
      prefixes = fmt::format("({})?", prefixes);
    }
    alternatives += fmt::format("{}{}{}", alternatives.empty() ? "" : "|", prefixes, symbol.text);
  }
  return "(" + alternatives + ")";
}

/// "data/time" with every kind replaced by its pattern.
std::string spelling_pattern(std::string_view spelled) {
  std::string pattern;
  while (!spelled.empty()) {
    const std::size_t end = std::min(spelled.find_first_of("/*"), spelled.size());
    if (end > 0) pattern += kind_pattern(spelled.substr(0, end));
    if (end == spelled.size()) break;
    pattern += spelled[end] == '*' ? "\\*" : "/";
    spelled.remove_prefix(end + 1);
  }
  return pattern;
}

}  // namespace

std::string quantity_pattern(const Dimension& dimension, bool may_be_negative) {
  const char* sign = may_be_negative ? "-?" : "";
  const DimensionInfo* info = find_dimension(dimension);
  if (!info) return fmt::format("^{}{} *[^ ]+$", sign, kNumberPattern);
  std::string units;
  for (std::string_view spelled : info->spelled) {
    units += (units.empty() ? "" : "|") + spelling_pattern(spelled);
  }
  return fmt::format("^{}{} *({})$", sign, kNumberPattern, units);
}

std::string count_pattern() {
  std::string suffixes;
  add_alternatives(suffixes, Prefixes(kDecimal).first(kUpToExa));
  add_alternatives(suffixes, kBinary);
  suffixes.pop_back();
  return fmt::format("^-?{} *({})?$", kNumberPattern, suffixes);
}

std::vector<std::string> unit_symbols() {
  std::vector<std::string> symbols;
  for (const Symbol& symbol : kSymbols) {
    symbols.emplace_back(symbol.text);
    for (Prefixes prefixes :
         {decimal_prefixes(symbol), binary_prefixes(symbol), small_prefixes(symbol)}) {
      for (const Prefix& prefix : prefixes) {
        symbols.push_back(fmt::format("{}{}", prefix.symbol, symbol.text));
      }
    }
  }
  return symbols;
}

std::string units_reference() {
  std::string text =
      "A quantity is a number, optional spaces, and a unit: `\"400 Gb/s\"`, `\"80 GiB\"`, "
      "`\"3.5 us\"`, `\"0.023 USD/GB/month\"`.\n"
      "Symbols are joined by `/` and `*` without spaces; capitals matter (b is bit, B is byte); a "
      "rate begins with a slash (`\"0.5 /d\"`).\n"
      "A number with a dimension and without a unit is an error, and so are `inf`, `nan` and "
      "numbers beyond a double.\n\n"
      "A count is a JSON number, or a string with a multiplier: `\"15.6T\"` is 15.6e12. Decimal k, "
      "M, G, T, P, E; binary Ki, Mi, Gi, Ti, Pi, Ei. Integers are JSON numbers.\n\n"
      "| unit | meaning | decimal prefixes | binary prefixes | small prefixes |\n"
      "|---|---|---|---|---|\n";
  const auto list = [](Prefixes prefixes) {
    std::string symbols;
    for (const Prefix& prefix : prefixes) {
      symbols += fmt::format("{}{}", symbols.empty() ? "" : " ", prefix.symbol);
    }
    return symbols;
  };
  for (const Symbol& symbol : kSymbols) {
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", symbol.text, symbol.meaning,
                        list(decimal_prefixes(symbol)), list(binary_prefixes(symbol)),
                        list(small_prefixes(symbol)));
  }
  text += "\n| dimension | example | written in |\n|---|---|---|\n";
  for (const DimensionInfo& info : named_dimensions()) {
    std::string units;
    for (const char* unit : info.written_in) {
      units += fmt::format("{}`{}`", units.empty() ? "" : " ", unit);
    }
    text += fmt::format("| {} | `\"{}\"` | {} |\n", info.name, info.example, units);
  }
  return text;
}

}  // namespace sextant::io
