#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sextant/governance/scheduler.h"
#include "sim/governance/kueue_preemption.h"

namespace sextant::kueue {

/// Worst first. kDeferredFit: fits once what others of the same cycle evict is gone.
enum class Mode { kNoFit, kPreempt, kDeferredFit, kFit };

struct ChosenFlavor {
  ResourceIndex resource{};
  FlavorIndex flavor{};
  Mode mode = Mode::kNoFit;
  int tried = -1;  ///< position in its group where the search goes on next time; -1: at the start
  int borrowing = 0;
};

struct PodSetChoice {
  int count = 0;
  Mode mode = Mode::kFit;
  std::vector<ChosenFlavor> flavors;
  bool placed = false;  ///< `nodes` says where
  FlavorIndex place_flavor{};
  std::vector<PodsOnNode> nodes;
};

/// What the search for flavors found for a workload.
struct Assignment {
  std::vector<PodSetChoice> podsets;
  QuotaUsage usage;
  int borrowing = 0;  ///< the highest level of borrowing
  Mode mode = Mode::kNoFit;
  WaitCause cause;  ///< of a mode below kFit
  /// Of a simulation that asked for all that this asks for; absent: there was none.
  std::optional<std::vector<Target>> targets{};
};

/// Where the search in each group ended last time, by set of pods.
using LastTried = std::vector<std::vector<std::pair<ResourceIndex, int>>>;

/// A workload for which flavors are sought.
struct FlavorQuestion {
  QueueIndex queue{};
  const Shape* shape = nullptr;
  SimTime order;
  const LastTried* last_tried = nullptr;     ///< null: begin with the first flavors
  const Assignment* keep_flavors = nullptr;  ///< only these may be chosen; null: all
};

/// Kueue, pkg/scheduler/flavorassigner. `counts`: pods of each set; empty: all. The state is as
/// before afterwards.
Assignment assign_flavors(State& state, const FlavorQuestion& question,
                          const std::vector<int>& counts);

/// Sets of pods of an assignment that want a place in a topology.
std::vector<PodSetPlacement> wanted_places(const State& state, const FlavorQuestion& question,
                                           const Assignment& assignment);
/// Notes the places that were found.
void take_places(Assignment& assignment, PlacementResult result);
TopologyUsage places_of(const Assignment& assignment, const Shape& shape);
/// Sets the mode of everything.
void set_mode(Assignment& assignment, Mode mode);
/// What does not fit without preemption.
std::vector<FlavorResource> contested(const State& state, const Assignment& assignment);
/// What the search ended with; empty if it would start again at the first flavors.
LastTried last_tried(const Assignment& assignment);

}  // namespace sextant::kueue
