#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
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

/// What the text around a table says of it.
struct SheetContext {
  std::optional<Operation> operation;  ///< the only collective that is named
  bool says_busbw = false;
  bool says_algbw = false;
};

/// Columns of one measurement, by index.
struct FigureColumns {
  std::size_t first = 0;  ///< its name says in which direction, on how many nodes …
  std::optional<std::size_t> time, algbw, busbw;
};

/// How a table is to be understood.
struct SheetReading {
  std::string fault;  ///< why it cannot be; empty: it can
  std::vector<FigureColumns> figures;
  std::optional<Operation> operation;  ///< unless a column names it
  int ranks = 0;                       ///< told by busbw over algbw; 0: by columns or the user
  bool binary_sizes = false;           ///< KB, MB and GB are powers of 1,024
  std::vector<std::string> flags;
};

/// Whether the table looks like a measurement of operations at all.
bool has_figures(const Sheet& sheet);

/// Understands a table from its columns and first rows; completes the units of its columns.
///
/// What the table does not say is looked for in this order and never guessed. The operation: a
/// column, the user's hint, the text around the table, the file's name, the ratio of busbw to algbw
/// that only all-reduce has. The ranks: a column, a column's name ("16 GPUs"), nodes times ranks
/// per node, the ratio of busbw to algbw. Sizes in KB, MB or GB are powers of 1,000 or of 1,024 as
/// time and algbw agree; without both, of 1,024 if all are powers of two (`binary_units_assumed`),
/// else of 1,000 (`decimal_units_assumed`). Columns without units are in those of nccl-tests if
/// time and algbw agree so (`units_assumed`).
SheetReading read_sheet(Sheet& sheet, const SheetContext& context, LogSink& sink);

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
