#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/bus_factor.h"
#include "calibrate/ingest/printed_number.h"

namespace sextant::ingest {

/// The figures of one direction of a row: out of place or in place.
struct RowFigures {
  PrintedNumber time_us;
  PrintedNumber algbw;                ///< GB/s (1e9)
  PrintedNumber busbw;                ///< GB/s (1e9)
  std::string_view wrong = {};        ///< as printed; empty: no such column
  std::optional<double> p50_us = {};  ///< of the iterations
  std::optional<double> p99_us = {};
};

/// A row of a table of collectives, in the columns of nccl-tests. Texts belong to the log's line.
struct CollectiveRow {
  enum class Reduction : char { kUnknown, kNone, kSome };  ///< redop: no column, "none", "sum"
  enum class Root : char { kUnknown, kNone, kSome };       ///< root: no column, -1, a rank

  std::uint64_t line = 0;
  double bytes = 0;
  std::optional<double> count = {};  ///< elements per rank
  std::string_view type;             ///< as printed: float, half, …
  Reduction reduction = Reduction::kUnknown;
  Root root = Root::kUnknown;
  int nodes = 0;  ///< where the user added a column with it
  std::optional<RowFigures> out_of_place, in_place;
  std::string_view algorithm, protocol;  ///< where the table has such columns
};

/// What the log says of the table's run before the rows.
struct RunFacts {
  std::optional<Operation> operation;  ///< named by the tool or the command line
  std::string unsupported;             ///< what was run is no operation of ours: its name
  int ranks = 0;
  int nodes = 0;
  int launched_ranks = 0;  ///< by the launcher's command line; 0: it does not say
  int launched_nodes = 0;
  int ranks_per_process = 0;  ///< threads times accelerators of each; 0: not known
  std::string algorithm;      ///< forced by NCCL_ALGO on the command line: ring, tree, …
  std::string protocol;       ///< by NCCL_PROTO: ll, ll128, simple
  std::optional<double> repetitions;
  std::vector<std::string> flags;  ///< of every sample: graph, blocking
  bool two_directions = true;      ///< the tool prints both: one alone was retyped by people
  bool error_is_relative = false;  ///< the column `error` of before 2022, not `#wrong`
  std::string unusable;            ///< why no figure of the table can be used; empty: they can
};

/// Bytes of an element of nccl-tests' types; nothing for a type that it does not have.
std::optional<double> element_bytes(std::string_view type);

/// Whether algbw is bytes / time, to 2 % beyond the rounding of both.
bool is_consistent(double bytes, const RowFigures& figures);

/// busbw / algbw; algbw is known better from the time than as printed where it is small.
Interval factor_of(double bytes, const RowFigures& figures);

}  // namespace sextant::ingest
