#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/governance_fixtures.h"

namespace sextant::fixtures {

/// Three teams that lend and borrow on twelve nodes, one of which is away for a while.
inline GovernanceInputs busy_teams() {
  GovernanceInputs inputs = even_teams(12, 3);
  inputs.grace = Seconds(30);
  inputs.outages = {
      {.first_node = 2, .from = SimTime(40'000'000'000), .to = SimTime(900'000'000'000)}};
  return inputs;
}

/// More than the teams' quota, of two priorities and all sizes; some jobs lose work.
inline std::vector<JobSpec> busy_jobs(int count) {
  std::vector<JobSpec> jobs;
  std::uint32_t random = 12345;
  const auto below = [&](std::uint32_t limit) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % limit;
  };
  double submit = 0;
  for (int i = 0; i < count; ++i) {
    submit += below(40);
    const int accelerators = 1 << below(6);
    JobSpec spec = job("job-" + std::to_string(i), static_cast<int>(below(3)), accelerators,
                       Seconds(submit), Seconds(20.0 + below(400)));
    spec.priority_class = ClassIndex{below(2)};
    spec.startup = SimDuration(5'000'000'000);
    spec.restart = SimDuration(9'000'000'000);
    if (i % 3 == 0) spec.checkpoint_interval = SimDuration(60'000'000'000);
    if (i % 7 == 0) spec.idle_tail = SimDuration(15'000'000'000);
    jobs.push_back(spec);
  }
  return jobs;
}

}  // namespace sextant::fixtures
