#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "sextant/campaign/campaign.h"
#include "sextant/campaign/checkpoint_plan.h"
#include "src/run/parallel_for.h"

namespace sextant::plan {

/// The interval of a run and what the formulas say beside it.
struct IntervalChoice {
  Seconds interval;       ///< training time between two checkpoints
  std::string chosen_by;  ///< "optimal", "daly", "young" or "given"
  Seconds young;
  Seconds daly;
};

/// Mean time between interruptions of the job in the long run: nodes / node_life + 1 / job_life,
/// inverted. Infinite if nothing fails.
Seconds mean_time_to_interruption(const CampaignInputs& inputs);

/// Resolves what a plan asks for; `inputs.interval` is not used. "optimal" is the whole number of
/// steps at which the simulated wall time per step is least: a parabola in the logarithm through
/// the best points of a grid around Daly's formula, all simulated with the same luck. The formulas
/// know neither the wait for a write behind, nor failures that hit a recovery, nor new nodes. A run
/// of several phases is searched as if it were all of its longest one.
IntervalChoice choose_interval(const std::variant<IntervalRule, Seconds>& asked,
                               const CampaignInputs& inputs, std::uint64_t seed,
                               const run::ParallelOptions& parallel = {});

}  // namespace sextant::plan
