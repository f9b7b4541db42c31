#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// For how long a job waited for one reason, in all.
struct WaitReasonTime {
  WaitRecord longest;  ///< of these waits
  std::int64_t total_ns = 0;
};

/// Why some jobs of the first replica waited: their reasons, the one that took longest first.
/// Simulates it once more, because asking for reasons takes time. The same as in `inputs`' run.
std::map<JobNumber, std::vector<WaitReasonTime>> wait_reasons(
    const scenario::GovernanceScenario& scenario, const GovernanceInputs& inputs,
    const std::vector<JobRecord>& jobs);

}  // namespace sextant::govern
