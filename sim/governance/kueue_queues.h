#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sextant/governance/scheduler.h"
#include "sim/governance/kueue_state.h"

namespace sextant::kueue {

/// The pending workloads of one queue (Kueue, pkg/cache/queue/cluster_queue.go). Equal ones stand
/// together: where one is inadmissible all are, so that they are parked and woken at once.
class PendingQueue {
 public:
  /// `sticky`: who preempts stays at the head, under BestEffortFIFO.
  explicit PendingQueue(bool sticky) : sticky_(sticky) {}

  void insert(const State& state, WorkloadIndex workload);
  void erase(const State& state, WorkloadIndex workload);
  /// Nobody, if all are parked.
  std::optional<WorkloadIndex> head(const State& state) const;
  bool has_head() const { return !active_.empty(); }
  bool has_parked() const { return !parked_.empty(); }
  bool empty() const { return groups_.empty(); }

  /// It and all of its shape wait until wake(), and so do those that come.
  void park(const State& state, WorkloadIndex workload, const WaitCause& cause);
  /// True: somebody was parked.
  bool wake();
  /// The order of local queues has changed.
  void sort_again(const State& state);

  /// It waits for those whom it preempts.
  void set_preemptor(WorkloadIndex workload) { preemptor_ = workload; }
  bool is_preemptor(WorkloadIndex workload) const { return preemptor_ == workload; }

  /// Why it is parked; none if it is not.
  std::optional<WaitCause> parked_cause(const State& state, WorkloadIndex workload) const;

 private:
  struct Member {
    SimTime order;
    std::uint64_t uid = 0;
    WorkloadIndex workload{};

    bool operator<(const Member& other) const;
  };
  /// Of one shape and one local queue, if those take turns.
  struct Group {
    std::set<Member> members;
    bool parked = false;
    double local_usage = 0;
    std::int32_t local_queue = -1;
    std::int32_t priority = 0;
    WaitCause cause;
  };
  using GroupKey = std::pair<ShapeIndex, std::int32_t>;
  using Groups = std::map<GroupKey, Group>;
  /// By their first members.
  struct Earlier {
    bool operator()(Groups::iterator a, Groups::iterator b) const;
  };

  GroupKey key(const State& state, WorkloadIndex workload) const;

  bool sticky_;
  std::optional<WorkloadIndex> preemptor_;
  Groups groups_;
  std::set<Groups::iterator, Earlier> active_;
  std::vector<Groups::iterator> parked_;
};

}  // namespace sextant::kueue
