#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/governance/kueue_state.h"

namespace sextant::kueue {

/// A set of pods that wants a place in a flavor's topology.
struct PodSetPlacement {
  std::size_t podset = 0;
  FlavorIndex flavor{};
  PlacementRequest request;
};

struct PlacedPodSet {
  std::size_t podset = 0;
  FlavorIndex flavor{};
  std::vector<PodsOnNode> nodes;
};

struct PlacementResult {
  std::optional<std::size_t> failed;  ///< a set that found none
  std::vector<PlacedPodSet> placed;

  bool ok() const { return !failed.has_value(); }
};

/// Whether the set says anything about topology.
bool asks_for_topology(const PodSet& podset);
/// The same, or its queue has only flavors that know their topology.
bool topology_applies(const PodSet& podset, const QueueRules& rules);
/// Whether a flavor may be given to a set of pods, as far as topology goes.
bool topology_matches(const State& state, const PodSet& podset, QueueIndex queue,
                      const Group& group, FlavorIndex flavor);
/// What the set's words mean in a flavor that matches.
PlacementRequest placement_request(const PodSet& podset, std::int64_t count,
                                   const TopologyFlavor& flavor);
/// Places for all sets together; `empty`: as if nothing ran.
PlacementResult find_places(const State& state, std::span<const PodSetPlacement> wanted,
                            bool empty);

}  // namespace sextant::kueue
