#include "calibrate/health/version.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sextant::health {
namespace {

using Numbers = std::array<int, 4>;

/// The numbers at the start; the missing ones are 0. Nothing if there is none.
std::optional<Numbers> numbers_of(std::string_view version) {
  constexpr int kMost = 100'000'000;
  Numbers numbers{};
  std::size_t n = 0;
  bool digit = false;
  for (const char c : version) {
    if (c >= '0' && c <= '9') {
      numbers[n] = std::min(numbers[n] * 10 + (c - '0'), kMost);
      digit = true;
    } else if (c == '.' && digit && n + 1 < numbers.size()) {
      ++n;
    } else {
      break;
    }
  }
  if (!digit) return std::nullopt;
  return numbers;
}

}  // namespace

bool is_older(std::string_view version, std::string_view oldest) {
  const auto have = numbers_of(version), want = numbers_of(oldest);
  return have && want && *have < *want;
}

bool is_at_least(std::string_view version, std::string_view oldest) {
  return numbers_of(version) && !is_older(version, oldest);
}

}  // namespace sextant::health
