#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/plan/plan.h"

namespace sextant::pages {

/// What a part of the wall time is there for.
enum class TimeLayer {
  kIdeal,  ///< the model's arithmetic at the accelerators' 16-bit peak
  kStep,   ///< what a step takes beyond it, over all steps that were kept
  kRun     ///< what the run takes beyond these steps
};

struct TimePart {
  std::string name;  ///< "arithmetic", "below_peak", a StepPart or a NodeState
  TimeLayer layer = TimeLayer::kIdeal;
  double seconds = 0;
};

/// From ideal to real time: parts of the mean wall time, which they sum to. Each phase's steps
/// count by the time that they take; what a replica's own step time differs from the forecast
/// stretches all parts of a step alike. "below_peak" is negative where arithmetic in fp8 goes
/// beyond the 16-bit peak. Parts that are zero are left out.
std::vector<TimePart> time_parts(const plan::PlanResult& result);

/// [{name, layer, seconds}].
nlohmann::ordered_json waterfall_json(const plan::PlanResult& result);

}  // namespace sextant::pages
