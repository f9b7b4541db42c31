#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "src/pages/binned_usage.h"
#include "src/plan/plan.h"
#include "src/plan/replica.h"

namespace sextant::pages {

/// One of the simulated runs, over its time.
struct TypicalRun {
  std::int64_t replica = 0;
  CampaignResult result;
  BinnedUsage usage;
  std::vector<double> tokens;  ///< that were kept, at the end of each bin
};

/// The run whose wall time and interruptions lie nearest to their medians, simulated once more.
TypicalRun typical_run(const plan::PlanResult& result);

/// Tokens after so much training that was kept, in a run whose steps take `step_factor` times
/// their forecast.
double tokens_after(const std::vector<plan::PlannedPhase>& phases, Seconds trained,
                    double step_factor);

/// {replica, wall_time_s, outcome, width_s, states: {name: [share of each bin]}, tokens,
/// stops: {number, per_bin, longest: [{at_s, length_s, states: {name: s}}]}, by_cause}.
nlohmann::ordered_json run_json(const plan::PlanResult& result);

}  // namespace sextant::pages
