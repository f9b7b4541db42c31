#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "src/plan/phases.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// The run as one works it out by hand: no failure, no checkpoint, no pause, no attention beside
/// the weights.
struct IdealRun {
  Seconds wall_time;
  std::optional<Usd> cost;  ///< of the job's nodes, by the hour; absent without prices
  double mfu = 0;
  bool mfu_is_stated = false;  ///< by the scenario; else it is the forecast's
  double parameters = 0;       ///< N: those that a token passes
  double tokens = 0;           ///< D
  std::string formula;
};

/// 6 · N · D / (accelerators · 16-bit peak · MFU), summed over phases. Frozen weights have no
/// gradient: 4 · N · D; a reference model passes forward: 2 · N · D more. Absent where a phase has
/// a duration instead of tokens.
std::optional<IdealRun> ideal_run(const scenario::Scenario& scenario,
                                  const std::vector<PlannedPhase>& phases);

}  // namespace sextant::plan
