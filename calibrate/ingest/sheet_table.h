#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "calibrate/ingest/sheet_reading.h"

namespace sextant::ingest {

/// Hands on the points of published tables. Rows are held until there are enough of them, or no
/// more, to understand the table; a point that an earlier table gave already is refused.
class SheetTable {
 public:
  /// Begins a table. The one before must be closed.
  void open(Sheet header, SheetContext context);
  /// Whether there was a table with figures.
  bool seen() const { return seen_; }
  /// Whether a row of the open table would have a size.
  bool has_size(const std::vector<std::string>& cells) const;
  std::size_t columns() const { return sheet_.columns.size(); }
  void add(SheetRow row, LogSink& sink);
  /// A row with another number of cells than the header.
  void add_broken(std::uint64_t line, LogSink& sink);
  void close(LogSink& sink);

 private:
  /// Enough to tell units, operation and ranks.
  static constexpr std::size_t kHeld = 1024;
  /// Beyond these, a table that repeats another is not noticed.
  static constexpr std::size_t kMostPoints = 100000;
  using Point = std::tuple<Operation, double, int, int, bool, double>;

  void hand_on(LogSink& sink);
  void take(const SheetRow& row, LogSink& sink);
  std::string complete(const SheetRow& row, Sample& sample) const;
  std::string take_figures(const SheetRow& row, const FigureColumns& figures, Sample& sample,
                           LogSink& sink);
  std::string place(const SheetRow& row, const FigureColumns& figures, const LogHints& hints,
                    Sample& sample) const;
  std::string time(const SheetRow& row, const FigureColumns& figures, Sample& sample) const;
  std::string repeated(const Sample& sample, bool in_place, std::uint64_t line);

  bool open_ = false;
  bool seen_ = false;
  bool broken_ = false;  ///< the open table has such a row
  Sheet sheet_;
  SheetContext context_;
  std::optional<SheetReading> reading_;
  int tables_ = 0;
  std::map<Point, std::pair<int, std::uint64_t>> points_;  ///< the table and line of each
};

}  // namespace sextant::ingest
