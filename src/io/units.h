#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/dimension.h"

namespace sextant::io {

/// A unit as numerator / denominator, both whole numbers wherever the unit allows it: 3.5 / 1e6 is
/// the double nearest to 3.5 us, 3.5 * 1e-6 is not always.
struct Unit {
  Dimension dimension;
  double numerator = 1;
  double denominator = 1;
};

/// Reads `kWh`, `Gb/s`, `USD/GB/month`, `/d`: unit symbols joined by `/` and `*`, without spaces.
/// `unknown` receives the symbol that is not a unit.
std::optional<Unit> parse_unit(std::string_view text, std::string_view& unknown);

/// Multiplier of a plain count: "" 1, "k" 1e3 … "E" 1e18, "Ki" 1024 … "Ei".
std::optional<double> count_multiplier(std::string_view suffix);

/// What a reader of messages and documentation needs to know of a dimension.
struct DimensionInfo {
  Dimension dimension;
  const char* key;                        ///< name in the schema's $defs
  const char* name;                       ///< with its article: "a data rate"
  const char* example;                    ///< "400 Gb/s"
  std::vector<const char*> written_in;    ///< units that a writer chooses from
  std::vector<std::string_view> spelled;  ///< shapes of its units: "data/time"
};

/// The dimensions that have a name.
std::span<const DimensionInfo> named_dimensions();

/// Null for a dimension without a name.
const DimensionInfo* find_dimension(const Dimension& dimension);

/// "a data rate", or "a quantity in B*s" for a dimension without a name.
std::string dimension_name(const Dimension& dimension);

/// "a data rate such as \"400 Gb/s\"".
std::string dimension_expectation(const Dimension& dimension);

/// Base units of a dimension: "B/s", "FLOP", "USD/B/s", "/s".
std::string base_unit(const Dimension& dimension);

/// ECMA 262 regular expression of the texts that parse_quantity accepts for this dimension.
std::string quantity_pattern(const Dimension& dimension, bool may_be_negative);

/// ECMA 262 regular expression of the texts that parse_count accepts.
std::string count_pattern();

/// Every symbol of a unit with each of its prefixes.
std::vector<std::string> unit_symbols();

/// A way to write what was meant by a symbol that is not a unit; empty if there is no guess.
std::string unit_hint(std::string_view unknown);

/// The rules of quantities and the table of units, in Markdown.
std::string units_reference();

}  // namespace sextant::io
