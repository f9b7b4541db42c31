#pragma once

#include <optional>
#include <string_view>

namespace sextant::ingest {

/// A number as a tool printed it: the true value is within half a unit of its last digit.
struct PrintedNumber {
  double value = 0;
  double half = 0;

  double low() const { return value - half; }
  double high() const { return value + half; }
};

/// "187.7", "13552", "1.2e+05"; nothing else, so that a word is no number.
std::optional<PrintedNumber> parse_printed(std::string_view text);

}  // namespace sextant::ingest
