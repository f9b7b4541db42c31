#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sextant/kernel/quantity.h"

namespace sextant::importer {

/// Something in a line that cannot be understood.
struct LineFault {
  std::size_t begin = 0;  ///< bytes from the beginning of the line
  std::size_t length = 1;
  std::string message;
  std::string help{};
};

/// A plain decimal number, finite.
std::optional<double> parse_number(std::string_view text);

/// Seconds since 1970 of "2024-03-01 08:15:00", "2024-03-01T08:15:00+08:00", "2024/3/1 8:15"; with
/// fractions of a second or without seconds. Without a zone: as if in UTC.
std::optional<Seconds> parse_date(std::string_view text);

/// A number of seconds, or Slurm's [days-]hours:minutes:seconds, minutes:seconds.
std::optional<Seconds> parse_elapsed(std::string_view text);

std::string_view trimmed(std::string_view text);

}  // namespace sextant::importer
