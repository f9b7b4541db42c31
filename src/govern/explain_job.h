#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/govern/job_story.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// A story and what it was simulated from.
struct ExplainedJob {
  GovernanceInputs inputs;
  JobStory story;
};

/// Simulates the first replica and tells what happened to a job of it.
/// @throws UnknownJob, and what govern() throws
ExplainedJob explain_job(const scenario::GovernanceScenario& scenario, const std::string& name);

/// There is no job of a name. `what()` names those that come near.
class UnknownJob : public std::runtime_error {
 public:
  UnknownJob(const std::string& name, const std::vector<std::string>& nearest);
};

}  // namespace sextant::govern
