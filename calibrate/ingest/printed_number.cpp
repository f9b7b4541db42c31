#include "calibrate/ingest/printed_number.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

constexpr std::array<double, 16> kTenTo{1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// Digits with at most one point and few enough to be exact, as nearly every column prints them.
std::optional<PrintedNumber> parse_plain(std::string_view text) {
  constexpr std::size_t kExactDigits = 15;
  double digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits = 10 * digits + (text[i] - '0');
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const bool has_point = point < text.size();
  const std::size_t count = text.size() - (has_point ? 1 : 0);
  if (count == 0 || count > kExactDigits) return std::nullopt;
  const double scale = has_point ? kTenTo[text.size() - point - 1] : 1;
  return PrintedNumber{digits / scale, 0.5 / scale};
}

/// Half a unit of the last digit of a number that from_chars has accepted.
double half_unit(std::string_view text) {
  const std::size_t exponent_at = std::min(text.find_first_of("eE"), text.size());
  const std::size_t point = text.substr(0, exponent_at).find('.');
  int exponent = 0;
  if (exponent_at < text.size()) {
    std::string_view digits = text.substr(exponent_at + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  exponent = std::clamp(exponent, -1000, 1000);  // beyond any double's; 0e-2147483648 is a number
  if (point != std::string_view::npos) exponent -= static_cast<int>(exponent_at - point - 1);
  double half = 0.5;
  for (; exponent < 0 && half > 0; ++exponent) half /= 10;
  for (; exponent > 0 && half < 1e300; --exponent) half *= 10;
  return half;
}

}  // namespace

std::optional<PrintedNumber> parse_printed(std::string_view text) {
  if (const auto plain = parse_plain(text)) return plain;
  if (text.empty() || !(is_digit(text[0]) || text[0] == '-' || text[0] == '.')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(value > -1e300 && value < 1e300)) return std::nullopt;
  return PrintedNumber{value, half_unit(text)};
}

}  // namespace sextant::ingest
