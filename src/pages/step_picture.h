#pragma once

#include <nlohmann/json.hpp>

#include "sextant/training/step_trace.h"

namespace sextant::pages {

/// Operations that a page shows one by one; of more, it shows some stages, and runs of neighbours.
inline constexpr std::size_t kMostOperations = 24'000;

/// One step by pipeline stage and stream: what runs when, in nanoseconds from its start, in
/// columns.
///   kinds, parts   names, to which the others are indices
///   shapes         operations that are alike: [kind, chunk, layer, last layer, ns, [part, ns, …]]
///   lanes          {stage, stream, gap, shape, microbatch}: the time since the operation before it
///                  has ended, and what it is
/// Where single stages have too many operations, `together` neighbours are one, and a lane is
/// {stage, stream, gap, duration, kind, busy}: the kind that takes most of it, and the time in
/// which it does anything.
///   stages         by stage, drawn or not: seconds of its compute stream by part, and `waiting`:
///                  with its own collectives under way, and without
/// @param most operations that are kept
nlohmann::ordered_json step_picture(const StepTrace& trace, std::size_t most = kMostOperations);

}  // namespace sextant::pages
