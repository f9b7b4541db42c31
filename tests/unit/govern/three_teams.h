#pragma once

#include "sextant/governance/governance.h"

namespace sextant::govern {

/// Teams a, b and c with 16 of the 48 accelerators each, which lend and borrow all they can; six
/// nodes of eight.
inline GovernanceInputs three_teams() {
  GovernanceInputs inputs;
  AdmissionPolicy& policy = inputs.policy;
  policy.resources = {"nvidia.com/gpu"};
  policy.flavors = {
      {.name = "h100", .nodes = 6, .node_capacity = {{ResourceIndex{}, 8}}, .levels = {}}};
  policy.priority_classes = {{"low", 10}, {"high", 100}};
  inputs.supply = {{.unit_weights = {1000}}};
  for (const char* name : {"a", "b", "c"}) {
    AdmissionQueue queue;
    queue.name = name;
    queue.cohort = "all";
    queue.groups = {{{{FlavorIndex{}, {{.resource = ResourceIndex{}, .nominal = 16}}}}}};
    const auto index = static_cast<std::uint32_t>(policy.queues.size());
    policy.queues.push_back(queue);
    inputs.teams.push_back({name, QueueIndex{index}});
  }
  return inputs;
}

}  // namespace sextant::govern
