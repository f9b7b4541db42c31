#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "src/plan/difference.h"
#include "src/plan/forecast.h"
#include "src/plan/plan.h"

namespace sextant::plan {

/// A change of what fails, of what follows, or of what saving costs.
struct WhatIf {
  std::string change;  ///< for people
  std::function<void(CampaignInputs&)> apply;
};

/// What a run would save: the planned one less the changed one, replica by replica with the same
/// luck. Positive: less time, less money.
struct Worth {
  std::string change;
  PairedDifference wall_time_s;
  std::optional<PairedDifference> cost_usd;
};

/// Those of a fixed list that would change something in this run: hangs noticed after a minute, or
/// none; no lemon nodes, slow nodes, silent corruption, planned stops; restarts twice as fast, or
/// within the running processes; repairs twice as fast; spares that suffice in 99 % of runs
/// (`enough_spares`); checkpoints that cost nothing; no failures at all. The interval between
/// checkpoints stays.
std::vector<WhatIf> what_ifs(const CampaignInputs& inputs, std::int64_t enough_spares);

/// What each would be worth, most first; those that change next to nothing are left out. Empty
/// where the run's duration is given. Costs a few hundred replicas for each.
std::vector<Worth> worth_of_what_ifs(const PlanResult& result,
                                     const run::ParallelOptions& parallel);

}  // namespace sextant::plan
