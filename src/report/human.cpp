#include "src/report/human.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "src/report/text_table.h"

namespace sextant::report {
namespace {

/// Bytes of a word, in lines, that is no name or path that anybody would read to its end.
constexpr std::size_t kLongestWord = 3;

/// The largest unit that leaves at least 1; the smallest if none does. From the largest down.
Scale pick(double si, std::initializer_list<Scale> scales) {
  for (const Scale& scale : scales) {
    if (std::abs(si) >= scale.unit_si) return scale;
  }
  return *(scales.end() - 1);
}

std::string with_separators(std::string digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  for (std::size_t i = end; i > first + 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

}  // namespace

Scale scale_of(Seconds value) {
  // From two on: 36 h says more than 1.5 days.
  const double si = std::abs(value.si());
  if (si >= 2 * 86400.0) return {86400.0, "days"};
  if (si >= 2 * 3600.0) return {3600.0, "h"};
  if (si >= 2 * 60.0) return {60.0, "min"};
  if (si >= 1.0 || si == 0.0) return {1.0, "s"};
  return si >= 1e-3 ? Scale{1e-3, "ms"} : Scale{1e-6, "us"};
}

Scale scale_of(Usd value) { return pick(value.si(), {{1e9, "B USD"}, {1e6, "M USD"}, {1, "USD"}}); }

Scale scale_of(Joules value) {
  return pick(value.si(), {{3.6e12, "GWh"}, {3.6e9, "MWh"}, {3.6e6, "kWh"}, {1.0, "J"}});
}

Scale scale_of(GramsCo2e value) {
  return pick(value.si(), {{1e9, "kt CO2e"}, {1e6, "t CO2e"}, {1e3, "kg CO2e"}, {1.0, "g CO2e"}});
}

Scale scale_of(Bytes value) {
  return pick(value.si(), {{1099511627776.0, "TiB"},
                           {1073741824.0, "GiB"},
                           {1048576.0, "MiB"},
                           {1024.0, "KiB"},
                           {1.0, "B"}});
}

std::string significant(double value, int digits) {
  if (value == 0.0 || !std::isfinite(value)) return fmt::format("{}", value);
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return with_separators(fmt::format("{:.{}f}", value, std::max(0, digits - 1 - magnitude)));
}

std::string human_count(double value) {
  const Scale scale = pick(value, {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1.0, ""}});
  if (scale.unit.empty()) return grouped(std::llround(value));
  return fmt::format("{:.4g}{}", value / scale.unit_si, scale.unit);
}

std::string grouped(std::int64_t value) { return with_separators(fmt::format("{}", value)); }

std::string wrapped(std::string_view raw, int indent, std::size_t columns) {
  const std::string safe = escaped(raw);
  std::string_view text = safe;
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::string lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    std::string cut;
    std::string_view word = text.substr(0, length);
    if (length > kLongestWord * columns) word = cut = fitted(word, columns - margin.size());
    text.remove_prefix(std::min(length + 1, text.size()));
    if (!line.empty() && margin.size() + display_width(line) + 1 + display_width(word) > columns) {
      lines += margin + line + "\n";
      line.clear();
    }
    if (!line.empty()) line += " ";
    line += word;
  }
  return lines + margin + line + "\n";
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

std::string growth(double share) {
  return fmt::format("{:+.1f} %", std::round(1000.0 * share) / 10.0 + 0.0);
}

}  // namespace sextant::report
