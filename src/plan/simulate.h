#pragma once

#include <cstdint>
#include <optional>

#include "src/plan/forecast.h"
#include "src/plan/replica.h"

namespace sextant::plan {

/// What was simulated, in order.
struct Simulated {
  Replicas replicas;
  /// Where a signal ended the work before they were done: how many were to be run.
  std::optional<std::int64_t> interrupted_of;
};

/// Runs as many replicas as the inputs ask for; only the first few if none of those finishes, or
/// if they hardly train between their failures, or if `parallel` is stopped. The same at any number
/// of threads and ranks.
/// @throws run::Interrupted where it is stopped before the first one
Simulated simulate(const ForecastInputs& inputs, const run::ParallelOptions& parallel);

/// Runs one of them.
Replica run_replica(const ForecastInputs& inputs, std::int64_t number);

/// Half-width of an interval of the mean, as a share of the mean.
double relative_half_width(const Interval& ci95, double mean);

}  // namespace sextant::plan
