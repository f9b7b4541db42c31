#include "src/io/quantity_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "src/io/units.h"

namespace sextant::io {
namespace {

struct Split {
  ParsedNumber number;
  std::string_view suffix;  ///< what follows the number and its spaces
};

bool starts_a_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

std::string not_a_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  for (std::string_view word : {"inf", "Inf", "INF", "nan", "NaN", "NAN"}) {
    if (text.starts_with(word)) return "not a finite number";
  }
  return "not a number";
}

Split split_number(std::string_view text) {
  if (!starts_a_number(text)) return {{std::nullopt, not_a_number(text), ""}, ""};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return {{std::nullopt, "a number beyond the range of a double", ""}, ""};
  }
  std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  while (suffix.starts_with(' ')) suffix.remove_prefix(1);
  return {{value, "", ""}, suffix};
}

std::string usual_unit(const Dimension& dimension) {
  const DimensionInfo* info = find_dimension(dimension);
  return info ? info->written_in.front() : base_unit(dimension);
}

ParsedNumber scaled(double value, double numerator, double denominator) {
  const double si = value * numerator / denominator;
  if (!std::isfinite(si) || (si == 0 && value != 0)) {
    return {std::nullopt, "a number beyond the range of a double", ""};
  }
  return {si, "", ""};
}

/// The digits of `value` rounded to `precision` significant ones, without a needless exponent.
std::string digits(double value, int precision) {
  const std::string text = fmt::format("{:.{}e}", value, precision - 1);
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return fmt::format("{}", rounded);
}

/// A quantity written in one unit.
struct Written {
  std::string number;
  const char* unit;
  bool handy;  ///< the number is between 1 and 1000

  friend bool operator<(const Written& a, const Written& b) {
    return std::pair(!a.handy, a.number.size()) < std::pair(!b.handy, b.number.size());
  }
};

/// The fewest digits in this unit that read back as the same double; nothing if none do.
std::optional<Written> write_in(double si, const char* symbol, const Dimension& dimension) {
  std::string_view unknown;
  const std::optional<Unit> unit = parse_unit(symbol, unknown);
  const double value = si * unit->denominator / unit->numerator;
  if (!std::isfinite(value)) return std::nullopt;
  const bool handy = std::abs(value) >= 1 && std::abs(value) < 1000;
  for (int precision = 1; precision <= 17; ++precision) {
    std::string number = digits(value, precision);
    if (parse_quantity(fmt::format("{} {}", number, symbol), dimension).value == si) {
      return Written{std::move(number), symbol, handy};
    }
  }
  return std::nullopt;
}

}  // namespace

ParsedNumber parse_quantity(std::string_view text, const Dimension& dimension) {
  const auto [number, suffix] = split_number(text);
  if (!number.value) return number;
  if (suffix.empty()) {
    return {std::nullopt, "a number without a unit",
            fmt::format("write the unit: \"{} {}\"", text, usual_unit(dimension))};
  }
  std::string_view unknown;
  const std::optional<Unit> unit = parse_unit(suffix, unknown);
  if (!unit) {
    const std::string hint = unit_hint(unknown);
    return {std::nullopt, fmt::format("with an unknown unit \"{}\"", unknown),
            hint.empty() ? "" : "did you mean " + hint + "?"};
  }
  if (unit->dimension != dimension) {
    return {std::nullopt, dimension_name(unit->dimension), ""};
  }
  return scaled(*number.value, unit->numerator, unit->denominator);
}

ParsedNumber parse_count(std::string_view text) {
  const auto [number, suffix] = split_number(text);
  if (!number.value) return number;
  const std::optional<double> multiplier = count_multiplier(suffix);
  if (!multiplier) {
    std::string help;
    if (suffix == "B") help = "did you mean G (1e9)? B is byte";
    if (suffix == "K") help = "did you mean k?";
    return {std::nullopt, fmt::format("with an unknown multiplier \"{}\"", suffix), help};
  }
  return scaled(*number.value, *multiplier, 1);
}

std::string format_quantity(double si, const Dimension& dimension) {
  const DimensionInfo* info = find_dimension(dimension);
  if (si == 0) return "0 " + usual_unit(dimension);
  std::optional<Written> best;
  for (const char* symbol : info ? info->written_in : std::vector<const char*>{}) {
    const std::optional<Written> written = write_in(si, symbol, dimension);
    if (written && (!best || *written < *best)) best = written;
  }
  if (best) return fmt::format("{} {}", best->number, best->unit);
  return fmt::format("{} {}", si, base_unit(dimension));
}

}  // namespace sextant::io
