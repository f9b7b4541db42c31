#include "sim/governance/kueue_placement.h"

#include <algorithm>

namespace sextant::kueue {

bool asks_for_topology(const PodSet& podset) {
  return podset.topology.mode != TopologyMode::kAnywhere || podset.topology.slice > 1;
}

bool topology_applies(const PodSet& podset, const QueueRules& rules) {
  return rules.topology_only || asks_for_topology(podset);
}

bool topology_matches(const State& state, const PodSet& podset, QueueIndex queue,
                      const Group& group, FlavorIndex flavor) {
  if (!state.policy().gates.topology_aware_scheduling) return true;
  const TopologyFlavor& topology = state.topologies[static_cast<std::size_t>(flavor)];
  if (!asks_for_topology(podset)) {
    return state.rules(queue).topology_only || !topology.aware();
  }
  if (topology.aware()) {
    return podset.topology.level < topology.levels() &&
           (podset.topology.slice <= 1 || podset.topology.slice_level < topology.levels());
  }
  // A flavor without topology may give only what the pods themselves do not ask of a node.
  return std::none_of(podset.per_pod.begin(), podset.per_pod.end(), [&](const ResourceAmount& one) {
    return std::find(group.resources.begin(), group.resources.end(), one.resource) !=
           group.resources.end();
  });
}

PlacementRequest placement_request(const PodSet& podset, std::int64_t count,
                                   const TopologyFlavor& flavor) {
  const TopologyRequest& asked = podset.topology;
  const int node_level = flavor.levels() - 1;
  PlacementRequest request{
      .count = count, .per_pod = &podset.per_pod, .level = node_level, .slice_level = node_level};
  if (asked.slice > 1) {
    request.slice = asked.slice;
    request.slice_level = asked.slice_level;
  }
  switch (asked.mode) {
    case TopologyMode::kRequired:
      request.required = true;
      request.level = asked.level;
      break;
    case TopologyMode::kPreferred:
      request.level = asked.level;
      break;
    case TopologyMode::kAnywhere:
    case TopologyMode::kUnconstrained:
      request.unconstrained = true;
      if (asked.slice > 1) request.level = 0;
      break;
  }
  return request;
}

PlacementResult find_places(const State& state, std::span<const PodSetPlacement> wanted,
                            bool empty) {
  PlacementResult result;
  std::vector<PlacedPods> assumed;
  for (const PodSetPlacement& one : wanted) {
    std::vector<PlacedPods> same_flavor;
    std::copy_if(assumed.begin(), assumed.end(), std::back_inserter(same_flavor),
                 [&](const PlacedPods& placed) { return placed.flavor == one.flavor; });
    auto nodes = state.topologies[static_cast<std::size_t>(one.flavor)].place(one.request,
                                                                              same_flavor, empty);
    if (!nodes) {
      result.failed = one.podset;
      return result;
    }
    for (const PodsOnNode& on : *nodes) {
      assumed.push_back(
          {.flavor = one.flavor, .node = on.node, .pods = on.pods, .per_pod = one.request.per_pod});
    }
    result.placed.push_back(
        {.podset = one.podset, .flavor = one.flavor, .nodes = std::move(*nodes)});
  }
  return result;
}

}  // namespace sextant::kueue
