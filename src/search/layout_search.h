#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "src/run/parallel_for.h"
#include "src/search/layout_space.h"

namespace sextant::search {

/// A layout that can run, timed by the closed tier.
struct FoundLayout {
  Layout layout;
  Seconds time;       ///< of the step
  Bytes peak_memory;  ///< of the fullest rank
};

struct SearchOptions {
  std::size_t keep = 10;  ///< of the fastest
  /// Whether every layout that fits in memory is timed, and its time kept: without, those are
  /// passed over that a bound shows to be slower than all that are kept.
  bool time_all = false;
  /// Counts the layouts that are faster than this. Far less work than to time all of them.
  std::optional<Seconds> faster_than{};
  /// So many of those that fit are timed besides, spread evenly over the space: to be drawn.
  std::size_t sample = 0;
  /// Global batches, besides that of the inputs, that the layout must be able to run.
  std::vector<std::int64_t> also_batches{};
  /// Share of the accelerator's memory by which a layout may exceed it and still count as one that
  /// fits: the forecast errs, too (kMemoryError).
  double memory_tolerance = 0;
  run::ParallelOptions parallel{};  ///< threads of this process; ranks are not used
  std::function<bool()> stopped{};  ///< asked now and then; what is found so far is returned
};

struct SearchResult {
  std::int64_t considered = 0;  ///< combinations of the space
  std::int64_t valid = 0;       ///< of these, whose degrees divide, each step counted once
  std::int64_t fit = 0;         ///< of these, within the accelerator's memory
  std::int64_t timed = 0;       ///< of these, not passed over
  std::int64_t faster = 0;      ///< of those that fit, than what was asked
  bool complete = true;         ///< false: stopped before its end
  /// The fastest first; ties in the order of the space, the same at any number of threads.
  std::vector<FoundLayout> best;
  std::vector<Seconds> times;       ///< of all that were timed, ascending; only with time_all
  std::vector<FoundLayout> sample;  ///< in the order of the space; all, where that is no more
  /// The one that would need least memory; where none fits, this says by how much.
  std::optional<FoundLayout> least_memory;

  /// Share of the timed layouts that are faster than this time; only with time_all.
  double share_faster_than(Seconds time) const;
};

/// Tries every layout of the space: first whether its degrees divide, then whether it fits in
/// memory, then its time in the closed tier. The best are those of a search that skips nothing:
/// only exact bounds cut it short.
///
/// What the space does not say stays as in `start`, but for what belongs to its degrees: data ranks
/// follow from the others; the schedule too, unless it is GPipe's or without bubbles; layers are
/// cut into equal stages, unless the start lists them for as many stages.
/// @pre the calibration knows the accelerator, the software and the network
SearchResult search_layouts(const StepInputs& start, const LayoutSpace& space,
                            const Calibration& calibration, const SearchOptions& options = {});

}  // namespace sextant::search
