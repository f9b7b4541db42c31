#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/sheet_column.h"

namespace sextant::ingest {

struct SheetRow {
  std::uint64_t line = 0;
  std::vector<std::string> cells;  ///< as many as there are columns
};

/// A published table.
struct Sheet {
  std::uint64_t line = 0;  ///< of its header
  std::vector<SheetColumn> columns;
  std::vector<SheetRow> rows;  ///< the first ones

  std::optional<std::size_t> find(SheetColumn::Role role) const;
};

/// Columns of one measurement, by index.
struct FigureColumns {
  std::size_t first = 0;  ///< its name says in which direction, on how many nodes …
  std::optional<std::size_t> time, algbw, busbw;
};

/// The size of a row [B]; nothing if the cell holds no amount of data.
std::optional<double> sheet_bytes(const Sheet& sheet, const SheetRow& row, bool binary);

/// A figure in SI units with half a unit of its last digit; nothing if there is no such column or
/// no such figure in the cell.
std::optional<PrintedNumber> sheet_figure(const Sheet& sheet, const SheetRow& row,
                                          std::optional<std::size_t> column);

/// Where the figures of a row were measured, as far as columns and the user say.
struct SheetPlace {
  int ranks = 0, nodes = 0, ranks_per_node = 0;  ///< 0: not said
};
SheetPlace sheet_place(const Sheet& sheet, const SheetRow& row, const FigureColumns& figures,
                       const LogHints& hints);

}  // namespace sextant::ingest
