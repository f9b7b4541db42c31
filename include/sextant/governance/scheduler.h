#pragma once

#include <vector>

#include "sextant/governance/workload.h"

namespace sextant {

/// Why a workload is not admitted.
enum class WaitReason {
  kNotConsidered,  ///< no cycle has looked at it yet
  kBehindOthers,   ///< others of its queue come first
  kNoQuota,        ///< what its queue may use, with what it may borrow, is in use
  kNeverFits,      ///< more than its queue could ever use
  kPreempting,     ///< waits until what it preempts has ended
  kLostTheCycle,   ///< fitted, but another queue's workload was first in the same cycle
  kNoTopology,     ///< quota is there, but no domain of the topology has room
  kBackoff,        ///< was evicted and is queued again later
  kQueueStopped,   ///< its queue admits nothing
  kPodsNotReady,   ///< nothing is admitted until the pods of others are ready
  kReserved,       ///< room is kept for another one
  kNoNodes         ///< there is enough, but no node has room for its pods
};

template <>
struct EnumNames<WaitReason> {
  static constexpr std::array table{std::pair{WaitReason::kNotConsidered, "not_considered"},
                                    std::pair{WaitReason::kBehindOthers, "behind_others"},
                                    std::pair{WaitReason::kNoQuota, "no_quota"},
                                    std::pair{WaitReason::kNeverFits, "never_fits"},
                                    std::pair{WaitReason::kPreempting, "preempting"},
                                    std::pair{WaitReason::kLostTheCycle, "lost_the_cycle"},
                                    std::pair{WaitReason::kNoTopology, "no_topology"},
                                    std::pair{WaitReason::kBackoff, "backoff"},
                                    std::pair{WaitReason::kQueueStopped, "queue_stopped"},
                                    std::pair{WaitReason::kPodsNotReady, "pods_not_ready"},
                                    std::pair{WaitReason::kReserved, "reserved"},
                                    std::pair{WaitReason::kNoNodes, "no_nodes"}};
};

struct WaitCause {
  WaitReason reason = WaitReason::kNotConsidered;
  /// Of kNoQuota, kNeverFits: which quota is short, and by how much.
  FlavorIndex flavor{};
  ResourceIndex resource{};
  Amount short_by = 0;
  /// Who comes first, is being preempted, or has the reservation; kNoWorkload if nobody has a name.
  WorkloadIndex other = kNoWorkload;

  bool operator==(const WaitCause&) const = default;
};

/// Decides which workloads hold quota. It has no clock and no nodes of its own: whoever simulates
/// the cluster tells it what has happened and asks for cycles.
///
/// A workload is pending from submit() until a cycle admits it. An evicted one keeps its quota
/// until requeue() or remove() says that its pods have ended.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// `workload` is not in use. Times must not go backwards.
  virtual void submit(WorkloadIndex index, Workload workload, SimTime now) = 0;
  /// It is gone: finished, or withdrawn in whatever state. Its quota is free.
  virtual void remove(WorkloadIndex index, SimTime now) = 0;
  /// The pods of an evicted workload have ended: its quota is free, and it is pending again, not to
  /// be considered before `not_before`. `estimate`: of the time that it still needs.
  virtual void requeue(WorkloadIndex index, EvictionReason reason, SimDuration estimate,
                       SimTime now, SimTime not_before) = 0;
  /// The simulation evicts it for a reason of its own (kPodsReadyTimeout …): it keeps its quota,
  /// and is the first choice of who preempts.
  virtual void evicting(WorkloadIndex index, SimTime now) = 0;
  /// All pods are ready, or no longer are.
  virtual void set_pods_ready(WorkloadIndex index, bool ready, SimTime now) = 0;

  /// A node of a flavor is there, or not. At first all are.
  virtual void set_node(FlavorIndex flavor, int node, bool there, SimTime now) = 0;
  /// The nominal quota of a queue changes; or, without a queue, that of a cohort.
  virtual void set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor,
                           ResourceIndex resource, Amount nominal, SimTime now) = 0;

  struct Decisions {
    std::vector<Admission> admitted;
    std::vector<Eviction> evicted;
  };
  /// One scheduling cycle. What it admits holds quota from now on.
  virtual Decisions cycle(SimTime now) = 0;
  /// Whether a cycle at `now` could decide something: false means that one would be in vain.
  virtual bool wants_cycle(SimTime now) const = 0;
  /// When it will want a cycle by itself, because a backoff ends; never() if not.
  virtual SimTime next_wake() const = 0;

  /// Of a pending workload.
  virtual WaitCause why_waiting(WorkloadIndex index) const = 0;
};

}  // namespace sextant
