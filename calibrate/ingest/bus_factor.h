#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// Both ends included.
struct Interval {
  double low = 0;
  double high = 0;
};

/// busbw / algbw of a collective over n ranks: 2(n-1)/n for all-reduce; (n-1)/n for all-gather,
/// reduce-scatter, all-to-all, gather and scatter; 1 for the others. 0 if it is no collective.
/// @source nccl-tests, doc/PERFORMANCE.md
double bus_factor(Operation operation, double ranks);

/// Whether the factor tells the number of ranks.
bool factor_tells_ranks(Operation operation);

/// Whether the size that nccl-tests prints is that of all ranks together.
bool size_is_of_all_ranks(Operation operation);

/// The numbers of ranks (at least 2) whose factor lies in the interval; nothing if there is none.
std::optional<Interval> ranks_of_factor(Operation operation, const Interval& factor);

/// Where most of the intervals overlap.
std::optional<Interval> most_common(std::span<const Interval> intervals);

/// The collective that a word begins with: "all_reduce_perf_mpi", "alltoall", "allr".
std::optional<Operation> collective_named(std::string_view word);

/// The collective that is named anywhere in a text such as a file's name.
std::optional<Operation> collective_within(std::string_view text);

}  // namespace sextant::ingest
