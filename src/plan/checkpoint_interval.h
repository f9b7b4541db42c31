#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/campaign/checkpoint_plan.h"
#include "src/run/parallel_for.h"

namespace sextant::plan {

/// What it costs to save too seldom or too often: relative growth of the wall time, simulated with
/// the same luck.
struct OffByTwo {
  double half_as_often = 0;   ///< at twice the interval
  double twice_as_often = 0;  ///< at half of it
};

/// The interval of one tier and what the formulas say beside it.
struct TierInterval {
  Seconds interval;       ///< training time between two checkpoints
  std::string chosen_by;  ///< "optimal", "daly", "young" or "given"
  /// By the failures that go back to this tier. Young's is the two-level formula where there are
  /// two tiers.
  Seconds young;
  Seconds daly;
  std::optional<OffByTwo> off_by_two{};  ///< absent: nothing fails
};

/// The intervals of a run: that of the store, and those of the tiers before it.
struct IntervalChoice : TierInterval {
  std::vector<TierInterval> faster;  ///< in the order of the plan

  std::vector<Seconds> faster_intervals() const;
};

/// Mean time between unexpected interruptions of the job in the long run, in closed form; where
/// there are none, between announced ones. Infinite if nothing interrupts it.
Seconds mean_time_to_interruption(const CampaignInputs& inputs);

/// The work of a run of one phase, or the time that it has for it.
Seconds failure_free_work(const CampaignInputs& inputs);

/// Resolves what a plan asks for; the intervals of `inputs` are not used. "optimal" is the whole
/// number of steps at which the simulated wall time per step is least, found from Daly's formula,
/// all points simulated with the same luck; of several tiers one after the other, twice. The
/// formulas know neither the wait for a write behind, nor failures that hit a recovery, nor new
/// nodes. A run of several phases is searched as if it were all of its longest one.
IntervalChoice choose_interval(const CheckpointPlan& plan, const CampaignInputs& inputs,
                               std::uint64_t seed, const run::ParallelOptions& parallel = {});

/// The same without what it costs to be off, which takes longer than a formula does.
IntervalChoice choose_interval_alone(const CheckpointPlan& plan, const CampaignInputs& inputs,
                                     std::uint64_t seed, const run::ParallelOptions& parallel = {});

/// The same of a run without faster tiers.
IntervalChoice choose_interval(const std::variant<IntervalRule, Seconds>& asked,
                               const CampaignInputs& inputs, std::uint64_t seed,
                               const run::ParallelOptions& parallel = {});

}  // namespace sextant::plan
