#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sextant/governance/scheduler.h"
#include "sim/governance/kueue_entry.h"
#include "sim/governance/kueue_queues.h"
#include "sim/governance/kueue_state.h"

namespace sextant::kueue {

/// Who is pending, where, and which cohorts a cycle should look at. A cohort in which a cycle
/// changed nothing is left alone until something happens in it.
class Engine {
 public:
  explicit Engine(const AdmissionPolicy& policy);
  State& state() { return state_; }
  const State& state() const { return state_; }

  void submit(WorkloadIndex index, Workload workload, SimTime now);
  void restore(WorkloadIndex index, Workload workload, const std::vector<PodSetAssignment>& podsets,
               SimTime admitted, bool evicted);
  void remove(WorkloadIndex index, SimTime now);
  void requeue(WorkloadIndex index, EvictionReason reason, SimTime now, SimTime not_before);
  void evicting(WorkloadIndex index, SimTime now);
  void set_pods_ready(WorkloadIndex index, bool ready, SimTime now);
  void set_node(FlavorIndex flavor, int node, bool there, SimTime now);
  void set_nominal(const std::string& name, FlavorIndex flavor, ResourceIndex resource,
                   Amount nominal, SimTime now);
  Scheduler::Decisions cycle(SimTime now);
  bool wants_cycle(SimTime now) const;
  SimTime next_wake() const;
  WaitCause why_waiting(WorkloadIndex index) const;
  bool parked(WorkloadIndex index) const;

 private:
  /// What a cycle did in a tree. kSearch: it only went on to other flavors.
  enum class Progress { kNone, kSearch, kChange };
  /// A tree of cohorts, or a queue without one.
  struct Tree {
    std::vector<QueueIndex> queues;
    std::int64_t cycles = 0;
    Progress progress = Progress::kNone;  ///< of the last cycle
    int fruitless = 0;                    ///< cycles that only searched, one after the other
    SimTime spared_until = SimTime::never();
    bool blocked = false;  ///< waits for pods to be ready
  };
  /// Where a search for flavors goes on (Kueue, lastAssignmentOutdated in scheduler.go).
  struct Tried {
    LastTried flavors;
    std::int64_t generation = 0;
    std::int64_t cycle = 0;
  };
  QuotaNode root(QueueIndex queue) const { return state_.tree.root(QuotaTree::node(queue)); }
  PendingQueue& pending(QueueIndex queue) { return queues_[static_cast<std::size_t>(queue)]; }

  void take(WorkloadIndex index, Workload workload);
  void enqueue(WorkloadIndex index);
  bool has_head(const Tree& tree);
  void stir(QuotaNode root);

  /// Something in the tree has changed: everybody in it is looked at again.
  void wake(QuotaNode root);
  void pods_may_be_ready();

  /// Stopped queues whose workloads have to go.
  void drain(Scheduler::Decisions& decisions);

  /// What time alone brings back.
  void release();

  /// Minimum runtimes have ended.
  void nobody_spared_any_more();

  /// Local queues take their turns in another order.
  void usage_changed();
  void collect_heads();
  void nominate(Cycle& cycle, Entry& entry);

  Progress settle(Entry& entry, Scheduler::Decisions& decisions);

  /// True: the next search goes on after the flavors of this one.
  bool remember_tried(const Entry& entry);
  void admit(Entry& entry, Scheduler::Decisions& decisions);

  /// True: somebody who was not yet on the way out.
  bool evict_targets(const Entry& entry, Scheduler::Decisions& decisions);

  /// Trees in which a further cycle would decide the same are left alone from now on.
  void calm_down();

  State state_;
  std::vector<PendingQueue> queues_;
  std::map<QuotaNode, Tree> trees_;
  std::set<QuotaNode> stirred_;  ///< that a cycle should look at
  std::set<std::pair<SimTime, WorkloadIndex>> backoff_;
  std::map<WorkloadIndex, Tried> tried_;
  std::map<WorkloadIndex, WaitCause> causes_;  ///< of heads that are not parked
  std::vector<Entry> entries_;
  std::vector<QueueIndex> drained_;   ///< stopped, and their workloads have to go
  std::vector<QueueIndex> in_turns_;  ///< with admission fair sharing
  SimTime spared_until_ = SimTime::never();
  bool any_blocked_ = false;
  int most_flavors_ = 1;
};

}  // namespace sextant::kueue
