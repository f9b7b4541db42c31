#include "src/import/trace_text.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

namespace sextant::importer {
namespace {

/// Takes whole numbers and the marks between them off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::optional<int> number() {
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 0 || *rest_.data() == '-') return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  bool mark(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Digits after a point, as a fraction.
  double fraction() {
    double value = 0, place = 0.1;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value += place * (rest_.front() - '0');
      place *= 0.1;
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Seconds since midnight: hours:minutes[:seconds[.fraction]].
std::optional<double> time_of_day(Scanner& scan) {
  const auto hours = scan.number();
  if (!hours || *hours > 24 || !scan.mark(':')) return std::nullopt;
  const auto minutes = scan.number();
  if (!minutes || *minutes > 59) return std::nullopt;
  double seconds = 0;
  if (scan.mark(':')) {
    const auto whole = scan.number();
    if (!whole || *whole > 60) return std::nullopt;
    seconds = *whole + (scan.mark('.') ? scan.fraction() : 0);
  }
  return *hours * 3600.0 + *minutes * 60.0 + seconds;
}

/// Offset from UTC in seconds: nothing, "Z", "+08:00", "-0500", "+08".
std::optional<double> zone(Scanner& scan) {
  if (scan.done() || scan.mark('Z')) return 0;
  const bool west = scan.mark('-');
  if (!west && !scan.mark('+')) return std::nullopt;
  auto hours = scan.number();
  int minutes = 0;
  if (!hours || *hours > 9999) return std::nullopt;
  if (scan.mark(':')) {
    const auto given = scan.number();
    if (!given) return std::nullopt;
    minutes = *given;
  } else if (*hours >= 100) {
    minutes = *hours % 100;
    hours = *hours / 100;
  }
  if (*hours > 14 || minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 3600.0 + minutes * 60.0);
}

std::optional<double> date(Scanner& scan) {
  const auto year = scan.number();
  if (!year || *year < 1970 || *year > 9999) return std::nullopt;
  const char mark = scan.mark('-') ? '-' : '/';
  if (mark == '/' && !scan.mark('/')) return std::nullopt;
  const auto month = scan.number();
  if (!month || !scan.mark(mark)) return std::nullopt;
  const auto day = scan.number();
  if (!day) return std::nullopt;
  const std::chrono::year_month_day given{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
  if (!given.ok()) return std::nullopt;
  return 86'400.0 * static_cast<double>(std::chrono::sys_days(given).time_since_epoch().count());
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<Seconds> parse_date(std::string_view text) {
  Scanner scan(text);
  const auto day = date(scan);
  if (!day) return std::nullopt;
  if (scan.done()) return Seconds(*day);
  if (!scan.mark('T') && !scan.mark(' ')) return std::nullopt;
  const auto time = time_of_day(scan);
  if (!time) return std::nullopt;
  scan.mark(' ');
  const auto offset = zone(scan);
  if (!offset || !scan.done()) return std::nullopt;
  return Seconds(*day + *time - *offset);
}

std::optional<Seconds> parse_elapsed(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    const auto number = parse_number(text);
    return number ? std::optional(Seconds(*number)) : std::nullopt;
  }
  Scanner scan(text);
  auto first = scan.number();
  if (!first) return std::nullopt;
  double sum = 0;
  if (scan.mark('-')) {
    sum = 24.0 * *first;
    first = scan.number();
    if (!first) return std::nullopt;
  }
  sum += *first;
  int parts = 1;
  while (scan.mark(':')) {
    const auto part = scan.number();
    if (!part || *part > 60 || ++parts > 3) return std::nullopt;
    sum = 60 * sum + *part;
  }
  if (scan.mark('.')) sum += scan.fraction();
  if (!scan.done() || parts < 2) return std::nullopt;
  return Seconds(sum);
}

}  // namespace sextant::importer
