#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/io/dimension.h"

namespace sextant::io {

/// A number read from text, or what is wrong with the text.
struct ParsedNumber {
  std::optional<double> value;
  std::string fault;  ///< what was found is …: "an amount of data", "a number without a unit"
  std::string help;   ///< how to mend it, where there is a guess
};

/// Reads "400 Gb/s" into SI base units (bytes, flops, seconds, joules, USD, grams). The rules and
/// the table of units are in units_reference().
ParsedNumber parse_quantity(std::string_view text, const Dimension& dimension);

/// Reads a plain count: "15.6T", "8Ki", "2e3".
ParsedNumber parse_count(std::string_view text);

/// The shortest text in a readable unit that parse_quantity turns back into the same double.
/// `si` is finite.
std::string format_quantity(double si, const Dimension& dimension);

template <class Q>
std::string format_quantity(Q quantity) {
  return format_quantity(quantity.si(), kDimensionOf<Q>);
}

}  // namespace sextant::io
