#pragma once

#include <cstdint>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// Whether the figures of a sample can be a measurement's at all: finite, a time above 0, at least
/// one repetition, none beyond an exabyte or 30 years. Logs may be damaged in any digit.
inline bool is_plausible(const Sample& sample) {
  constexpr double kMostBytes = 1e18;
  constexpr double kMostSeconds = 1e9;
  const auto time = [](double s) { return s > 0 && s < kMostSeconds; };
  return time(sample.time_s) && sample.bytes >= 0 && sample.bytes < kMostBytes &&
         time(sample.p50_s.value_or(1)) && time(sample.p99_s.value_or(1)) &&
         sample.repetitions.value_or(1) >= 1;
}

/// Ranks of a cluster; 0 if they are more than any cluster has, as damaged figures may say.
inline int ranks_on(int nodes, int ranks_per_node) {
  constexpr std::int64_t kMostRanks = 10'000'000;
  const std::int64_t ranks = std::int64_t{nodes} * ranks_per_node;
  return ranks <= kMostRanks ? static_cast<int>(ranks) : 0;
}

inline constexpr const char* kImplausible = "figures that no measurement has";

}  // namespace sextant::ingest
