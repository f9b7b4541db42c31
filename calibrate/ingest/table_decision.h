#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calibrate/ingest/collective_row.h"
#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// What a table of collectives measured: read from what its log says, and held against its figures.
struct TableDecision {
  std::optional<Operation> operation = {};
  int ranks = 0;  ///< 0: not known
  int nodes = 0;
  int ranks_per_node = 0;
  std::string refusal = {};  ///< why no row can be used; empty: they can
  bool one_rank = false;     ///< that is why
  std::vector<std::string> warnings = {};
};

/// Operation: what the columns redop and root, the ratio of size to count and busbw / algbw leave
/// possible; among these what the user, the tool, the command line or the file's name says.
/// Ranks: those of the rank list, if busbw / algbw agrees with them, else those that it tells.
/// Contradictions become warnings.
TableDecision decide_table(std::span<const CollectiveRow> rows, const RunFacts& facts,
                           const LogHints& hints);

/// What a row says of the ranks of a table that was decided.
enum class Evidence { kNone, kConfirms, kContradicts };
Evidence evidence_of(const CollectiveRow& row, const TableDecision& decision);

}  // namespace sextant::ingest
