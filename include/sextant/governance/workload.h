#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// A workload that a scheduler knows: small numbers, used again when a workload is gone.
enum class WorkloadIndex : std::uint32_t {};
inline constexpr WorkloadIndex kNoWorkload{0xffffffff};

/// Where the pods of a set may be, relative to each other. Levels count from the outside; the
/// number of levels means a node.
enum class TopologyMode { kAnywhere, kUnconstrained, kPreferred, kRequired };
struct TopologyRequest {
  TopologyMode mode = TopologyMode::kAnywhere;
  int level = 0;
  int slice = 1;        ///< pods that stay together …
  int slice_level = 0;  ///< … at this level; with slice 1 there are none
};

/// Equal pods.
struct PodSet {
  int count = 1;
  std::optional<int> min_count{};  ///< of partial admission; absent: all or none
  std::vector<ResourceAmount> per_pod;
  TopologyRequest topology;
};

/// What asks to be admitted: all of its pods together.
struct Workload {
  QueueIndex queue{};
  std::int32_t local_queue = -1;  ///< in AdmissionPolicy::local_queues; -1: none
  std::int32_t priority = 0;
  SimTime created;
  std::uint64_t uid = 0;  ///< the last tie-break
  std::vector<PodSet> podsets;
  /// How long it would run from now, for schedulers that ask; Kueue does not.
  SimDuration estimate = SimDuration::never();
};

/// So many pods of a set on a node of their flavor.
struct PodsOnNode {
  int node = 0;
  int pods = 0;
};

/// What a set of pods was given.
struct PodSetAssignment {
  int count = 0;  ///< fewer than asked for with partial admission
  struct Flavor {
    ResourceIndex resource;
    FlavorIndex flavor;
  };
  std::vector<Flavor> flavors;
  /// Where the scheduler wants them; empty: wherever there is room.
  std::vector<PodsOnNode> nodes;
};

struct Admission {
  WorkloadIndex workload{};
  std::vector<PodSetAssignment> podsets;
};

/// Under which rule a workload was evicted; the first four are preemptions, in Kueue's words.
enum class EvictionReason {
  kInClusterQueue,
  kInCohortReclamation,
  kInCohortReclaimWhileBorrowing,
  kInCohortFairSharing,
  kPodsReadyTimeout,
  kNodeFailures,
  kClusterQueueStopped,
  kCapacityEnded,  ///< a reservation or spot capacity is over
  kShorterJob,     ///< a scheduler that runs the shortest job first
  kDeactivated     ///< was evicted too often
};
inline constexpr std::size_t kEvictionReasons = 10;

template <>
struct EnumNames<EvictionReason> {
  static constexpr std::array table{
      std::pair{EvictionReason::kInClusterQueue, "InClusterQueue"},
      std::pair{EvictionReason::kInCohortReclamation, "InCohortReclamation"},
      std::pair{EvictionReason::kInCohortReclaimWhileBorrowing, "InCohortReclaimWhileBorrowing"},
      std::pair{EvictionReason::kInCohortFairSharing, "InCohortFairSharing"},
      std::pair{EvictionReason::kPodsReadyTimeout, "PodsReadyTimeout"},
      std::pair{EvictionReason::kNodeFailures, "NodeFailures"},
      std::pair{EvictionReason::kClusterQueueStopped, "ClusterQueueStopped"},
      std::pair{EvictionReason::kCapacityEnded, "CapacityEnded"},
      std::pair{EvictionReason::kShorterJob, "ShorterJob"},
      std::pair{EvictionReason::kDeactivated, "Deactivated"}};
};

struct Eviction {
  WorkloadIndex workload{};
  EvictionReason reason = EvictionReason::kInClusterQueue;
  WorkloadIndex preemptor = kNoWorkload;  ///< for whom
};

}  // namespace sextant
