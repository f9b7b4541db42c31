#include "src/plan/job_chain.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/sim_time.h"

namespace sextant::plan {

std::int64_t jobs_for(const JobChain& chain, Seconds wall) {
  const Seconds resume = chain.start + chain.restart + chain.restore;
  const Seconds useful = chain.longest_job - resume;
  SEXTANT_ASSERT(useful > Seconds(0), "a job of {} s ends before it trains",
                 chain.longest_job.si());
  const double jobs = std::ceil((wall + chain.start - resume) / useful);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(jobs));
}

void add_job_starts(const JobChain& chain, std::int64_t nodes, std::int64_t spares,
                    Replica& replica) {
  replica.jobs = jobs_for(chain, replica.result.wall_time);
  const auto jobs = static_cast<double>(replica.jobs);
  const auto add = [&](NodeState state, Seconds time) {
    const std::int64_t ns = std::llround(1e9 * time.si());
    replica.usage.add({.entity = UsageEntity{1}, .state = state, .to_ns = ns, .nodes = nodes});
    replica.usage.add({.state = NodeState::kSpare, .to_ns = ns, .nodes = spares});
    replica.result.wall_time += 1e-9 * Seconds(static_cast<double>(ns));
  };
  add(NodeState::kStarting, jobs * chain.start);
  add(NodeState::kRestarting, (jobs - 1) * chain.restart);
  add(NodeState::kRestoring, (jobs - 1) * chain.restore);
}

}  // namespace sextant::plan
