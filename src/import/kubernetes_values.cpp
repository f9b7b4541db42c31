#include "src/import/kubernetes_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

namespace sextant::importer {
namespace {

__extension__ typedef unsigned __int128 Uint128;

constexpr std::size_t kMostDigits = 18;  // times 2^60 fits into 127 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// "12.50": the number 125, and that it counts tenths.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

/// Takes the digits from the front of the text.
std::optional<Decimal> take_decimal(std::string_view& text) {
  std::string digits;
  Decimal decimal;
  bool any = false, point = false;
  std::size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    any = true;
    if (!digits.empty() || text[at] != '0') digits += text[at];
    if (point) --decimal.exponent;
  }
  text.remove_prefix(at);
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++decimal.exponent;
  }
  if (!any || digits.size() > kMostDigits) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), decimal.digits);
  return decimal;
}

struct Suffix {
  std::string_view text;
  int decimal;  ///< power of ten
  int binary;   ///< power of two
};
constexpr std::array kSuffixes{
    Suffix{"", 0, 0},    Suffix{"n", -9, 0},  Suffix{"u", -6, 0},  Suffix{"m", -3, 0},
    Suffix{"k", 3, 0},   Suffix{"M", 6, 0},   Suffix{"G", 9, 0},   Suffix{"T", 12, 0},
    Suffix{"P", 15, 0},  Suffix{"E", 18, 0},  Suffix{"Ki", 0, 10}, Suffix{"Mi", 0, 20},
    Suffix{"Gi", 0, 30}, Suffix{"Ti", 0, 40}, Suffix{"Pi", 0, 50}, Suffix{"Ei", 0, 60}};

/// "e3" and "E-3", too.
std::optional<Suffix> suffix_of(std::string_view text) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.text == text) return suffix;
  }
  if (!text.starts_with('e') && !text.starts_with('E')) return std::nullopt;
  text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (exponent < -1000 || exponent > 1000) return std::nullopt;
  return Suffix{"", exponent, 0};
}

/// digits * 2^binary * 10^exponent, rounded up; nothing beyond 63 bits.
std::optional<std::int64_t> rounded_up(std::uint64_t digits, int binary, int exponent) {
  constexpr Uint128 kMost = std::numeric_limits<std::int64_t>::max();
  Uint128 value = Uint128{digits} << binary;
  if (value == 0) return 0;
  for (; exponent > 0 && value <= kMost; --exponent) value *= 10;
  bool rest = false;
  for (; exponent < 0 && value > 0; ++exponent) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  if (rest || value == 0) ++value;
  if (value > kMost) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

struct TimeUnit {
  std::string_view text;
  double seconds;
};
constexpr std::array kTimeUnits{TimeUnit{"ns", 1e-9},        TimeUnit{"us", 1e-6},
                                TimeUnit{"\xC2\xB5s", 1e-6}, TimeUnit{"\xCE\xBCs", 1e-6},
                                TimeUnit{"ms", 1e-3},        TimeUnit{"s", 1},
                                TimeUnit{"m", 60},           TimeUnit{"h", 3600}};

/// "1.5h" from the front of the text, in seconds.
std::optional<double> take_time(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, number);
  if (error != std::errc{} || end != text.data() + length) return std::nullopt;
  text.remove_prefix(length);
  const std::string_view unit = text.substr(0, text.find_first_of("0123456789."));
  for (const TimeUnit& candidate : kTimeUnits) {
    if (candidate.text != unit) continue;
    text.remove_prefix(unit.size());
    return number * candidate.seconds;
  }
  return std::nullopt;
}

/// "a-b1": letters, digits and hyphens; the first and the last one are no hyphens.
bool is_dns_label(std::string_view text) {
  const auto inner = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), inner) && text.front() != '-' &&
         text.back() != '-';
}

}  // namespace

std::optional<std::int64_t> parse_kubernetes_quantity(std::string_view text, int decimals) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::optional<Decimal> decimal = take_decimal(text);
  const std::optional<Suffix> suffix = suffix_of(text);
  if (!decimal || !suffix) return std::nullopt;
  const auto size =
      rounded_up(decimal->digits, suffix->binary, decimal->exponent + suffix->decimal + decimals);
  return size && negative ? -*size : size;
}

std::optional<Seconds> parse_go_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Seconds{0};
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const std::optional<double> part = take_time(text);
    if (!part) return std::nullopt;
    sum += *part;
  }
  constexpr double kMost = 9.2e9;  // 63 bits of nanoseconds, 292 years
  if (!(sum < kMost)) return std::nullopt;
  return Seconds{negative ? -sum : sum};
}

bool is_object_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label_key(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    if (!is_object_name(text.substr(0, slash))) return false;
    text.remove_prefix(slash + 1);
  }
  const auto outer = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); };
  const auto inner = [&](char c) { return outer(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && text.size() <= 63 && outer(text.front()) && outer(text.back()) &&
         std::all_of(text.begin(), text.end(), inner);
}

}  // namespace sextant::importer
