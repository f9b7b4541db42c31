#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "calibrate/ingest/printed_number.h"

namespace sextant::ingest {

/// A unit of a published table as a factor to bytes, bytes per second or seconds.
struct SheetUnit {
  enum class Kind { kBytes, kRate, kTime };
  Kind kind = Kind::kBytes;
  double factor = 1;
  /// KB, MB or GB of a size: many who write so mean powers of 1,024; this is what it is then.
  double binary_factor = 1;
};

/// "GB/s", "GBps", "KiB", "us", "bytes"; nothing for other words, and for "gbps", which may be
/// bits.
std::optional<SheetUnit> sheet_unit(std::string_view text);

/// A cell with a number: "476.91 GB/s", "**8 MB**", "98.9±4.5", "1,048,576".
struct SheetAmount {
  PrintedNumber number;
  std::optional<SheetUnit> unit;
};
std::optional<SheetAmount> sheet_amount(std::string_view cell);

/// What a column of a published table holds, as its name says.
struct SheetColumn {
  enum class Role {
    kOther,
    kSize,
    kTime,
    kAlgbw,
    kBusbw,
    kBandwidth,  ///< of which the name does not say whether it is algbw or busbw
    kNodes,
    kRanks,
    kRanksPerNode,
    kOperation,
    kIterations,
    kType,
    kWrong,       ///< how many elements arrived wrong
    kApplication  ///< speed-up, efficiency: of a program, not of an operation
  };
  Role role = Role::kOther;
  std::string name;  ///< as printed, without markup
  std::optional<SheetUnit> unit;
  std::string unknown_unit;  ///< in brackets, but no unit: "gbps"
  bool in_place = false;
  int nodes = 0;  ///< "4 nodes"; 0: the name does not say
  int ranks = 0;  ///< "16 GPUs"
  std::string algorithm, protocol;
  bool comparison = false;  ///< compares figures, or is no mean: no figure itself

  bool is_figure() const {
    return role == Role::kTime || role == Role::kAlgbw || role == Role::kBusbw ||
           role == Role::kBandwidth;
  }
  /// Figures with the same key are of one measurement.
  auto key() const { return std::tie(in_place, nodes, ranks, algorithm, protocol); }
};

/// Reads a name such as "out algbw(GB/s)", "4-node<br>`busbw`<br>GBps", "size(MB)".
SheetColumn sheet_column(std::string_view header);

/// Without what Markdown puts around words.
std::string without_markup(std::string_view cell);

}  // namespace sextant::ingest
