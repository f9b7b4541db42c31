#pragma once

#include <optional>
#include <vector>

#include "sextant/governance/governance.h"
#include "sextant/kernel/quantity.h"
#include "src/govern/inputs.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// A part of the simulated time.
struct TimeWindow {
  Seconds from{0};
  std::optional<Seconds> to;  ///< absent: the moment `from` alone
};

/// Who held which nodes at a moment.
struct Look {
  Seconds time;
  std::vector<NodesHeld> held;  ///< by the jobs' numbers
};

/// So often an interval is looked at.
inline constexpr int kLooks = 16;

/// The first replica of a scenario, seen at the moment, or in the middle of each of kLooks equal
/// parts of the interval. Absent: of all the time that it takes. Looks after its end see nobody.
std::vector<Look> look_at(const scenario::GovernanceScenario& scenario,
                          const GovernanceInputs& inputs, const std::optional<TimeWindow>& window);

}  // namespace sextant::govern
