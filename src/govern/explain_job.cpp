#include "src/govern/explain_job.h"

#include <fmt/format.h>

#include <utility>

#include "src/govern/inputs.h"

namespace sextant::govern {

ExplainedJob explain_job(const scenario::GovernanceScenario& scenario, const std::string& name) {
  GovernanceInputs inputs = inputs_of(scenario);
  inputs.explain = {name};
  const ReplicaKey key{scenario.simulation.seed, 0};
  JobStoryCollector collector(name);
  run_governance(inputs, *jobs_of(scenario, key), key, collector);
  std::optional<JobStory> story = collector.story();
  if (!story) throw UnknownJob(name, collector.nearest());
  return {std::move(inputs), std::move(*story)};
}

UnknownJob::UnknownJob(const std::string& name, const std::vector<std::string>& nearest)
    : std::runtime_error(nearest.empty() ? fmt::format("no job {}: there are no jobs", name)
                                         : fmt::format("no job {}: the nearest names are {}", name,
                                                       fmt::join(nearest, ", "))) {}

}  // namespace sextant::govern
