#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "src/run/parallel_for.h"
#include "src/sweep/open_study.h"
#include "src/sweep/store.h"

namespace sextant::sweep {

/// One of several parts of a study that know nothing of each other: every `of`-th point.
struct Shard {
  std::int64_t number = 1;  ///< from 1
  std::int64_t of = 1;

  bool has(std::int64_t point) const { return point % of == number - 1; }
  /// How many of the study's points it has.
  std::int64_t count(std::int64_t points) const { return (points - number) / of + 1; }
};

/// How a sweep is run.
struct SweepOptions {
  std::filesystem::path models;
  Shard shard;
  run::ParallelOptions parallel;  ///< its progress counts the points that this run does
  std::function<bool()> stopped;  ///< asked now and then
};

/// Does the points that the store misses, on all threads of all ranks. The first rank has the
/// store; the others have none. Returns how many were done now: on the first rank, others 0.
/// @throws io::InputError as Store
std::int64_t run_sweep(const OpenStudy& study, Store* store, const SweepOptions& options);

}  // namespace sextant::sweep
