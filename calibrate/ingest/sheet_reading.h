#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/sheet.h"

namespace sextant::ingest {

/// What the text around a table says of it.
struct SheetContext {
  std::optional<Operation> operation;  ///< the only collective that is named
  bool says_busbw = false;
  bool says_algbw = false;
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

}  // namespace sextant::ingest
