#pragma once

#include <cstdint>
#include <optional>

#include "sextant/kernel/sample.h"
#include "src/plan/forecast.h"

namespace sextant::plan {

/// A quantity of one run less the same of another, over pairs of replicas. Its `ci95` is that of
/// the mean of the differences: what both runs owe to their luck is not in it.
struct PairedDifference {
  Summary value;

  /// Whether the mean is surely above or surely below 0, or the runs do not differ at all.
  bool certain() const;
};

/// Two forecasts on common random numbers: replica i of both meets the same luck.
struct ForecastDifference {
  std::int64_t pairs = 0;
  PairedDifference wall_time_s;
  std::optional<PairedDifference> cost_usd;  ///< where both have it
  std::optional<PairedDifference> energy_j;  ///< likewise
  PairedDifference ettr;
  PairedDifference interruptions;
};

/// Pairs as many replicas as both have. Luck is the same only where the seed is; a node's failures
/// are, whatever the job on it does.
ForecastDifference difference(const Forecast& run, const Forecast& other);

/// The same of one quantity.
PairedDifference paired_difference(const Sample& run, const Sample& other);

}  // namespace sextant::plan
