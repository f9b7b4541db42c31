#pragma once

#include "src/plan/forecast.h"
#include "src/plan/replica.h"

namespace sextant::plan {

/// Runs as many replicas as the inputs ask for; only the first few if none of those finishes, or
/// if they hardly train between their failures. In order, and the same at any number of threads and
/// ranks.
Replicas simulate(const ForecastInputs& inputs, const run::ParallelOptions& parallel);

/// Runs one of them.
Replica run_replica(const ForecastInputs& inputs, std::int64_t number);

/// Half-width of an interval of the mean, as a share of the mean.
double relative_half_width(const Interval& ci95, double mean);

}  // namespace sextant::plan
