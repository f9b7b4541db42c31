#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/governance/quota_tree.h"
#include "sextant/governance/workload.h"
#include "sim/governance/kueue_topology.h"
#include "sim/governance/usage_history.h"

namespace sextant::kueue {

enum class ShapeIndex : std::uint32_t {};

/// What decides whether a workload can be admitted, but its queue: Kueue's scheduling hash.
struct Shape {
  std::int32_t priority = 0;
  std::vector<PodSet> podsets;
  bool partial = false;  ///< may be admitted with fewer pods
};

/// Each shape once, counted.
class ShapeTable {
 public:
  ShapeIndex take(std::int32_t priority, std::vector<PodSet> podsets);
  void give_back(ShapeIndex shape);
  const Shape& operator[](ShapeIndex shape) const {
    return slots_[static_cast<std::size_t>(shape)].shape;
  }

 private:
  using Key = std::vector<std::int64_t>;
  struct Slot {
    Shape shape;
    std::size_t uses = 0;
    std::map<Key, ShapeIndex>::iterator entry;
  };
  std::map<Key, ShapeIndex> index_;
  std::vector<Slot> slots_;
  std::vector<ShapeIndex> free_;
};

/// What a workload that holds quota has.
struct Holding {
  QuotaUsage usage{};
  TopologyUsage places{};
  SimTime admitted{};
  SimTime evicted_at{};
  bool evicted = false;
  bool ready = false;
  bool set_aside = false;  ///< taken out of the state for a while
};

enum class Phase : std::uint8_t { kAbsent, kPending, kBackoff, kHeld, kRunning };

struct Record {
  Phase phase = Phase::kAbsent;
  std::int32_t priority = 0;
  QueueIndex queue{};
  std::int32_t local_queue = -1;
  ShapeIndex shape{};
  std::uint64_t uid = 0;
  SimTime created;
  SimTime order;  ///< by which it is queued: created, or later after some evictions
  SimTime not_before;
  std::unique_ptr<Holding> holding;
};

/// Order of those of one queue that hold quota, as candidates for preemption (Kueue,
/// pkg/scheduler/preemption/common/ordering.go): low priority first, then admitted last.
struct RunningKey {
  std::int32_t priority = 0;
  SimTime admitted;
  std::uint64_t uid = 0;
  WorkloadIndex workload{};

  bool operator<(const RunningKey& other) const;
};

struct RunningSet {
  std::set<RunningKey> evicted;
  std::set<RunningKey> staying;
};

/// A resource group of a queue, with positions instead of names.
struct Group {
  std::vector<FlavorIndex> flavors;
  std::vector<ResourceIndex> resources;
};

struct QueueRules {
  std::vector<Group> groups;
  std::vector<std::int32_t> group_of;  ///< by resource; -1: not in this queue
  bool topology_only = false;          ///< all its flavors know their topology
};

/// The policy, and who holds what under it: all that a decision depends on besides the queues.
class State {
 public:
  explicit State(AdmissionPolicy policy);

  const AdmissionPolicy& policy() const { return policy_; }
  const AdmissionQueue& queue(QueueIndex queue) const {
    return policy_.queues[static_cast<std::size_t>(queue)];
  }
  const QueueRules& rules(QueueIndex queue) const {
    return rules_[static_cast<std::size_t>(queue)];
  }
  bool active(QueueIndex queue) const { return this->queue(queue).stop == StopPolicy::kNone; }
  std::optional<ResourceIndex> pods_resource() const { return pods_; }

  QuotaTree tree;
  ShapeTable shapes;
  std::vector<TopologyFlavor> topologies;  ///< by flavor
  UsageHistory history;
  SimTime now;
  /// The earliest time at which somebody who was spared for its minimum runtime no longer is.
  SimTime spared_until = SimTime::never();

  Record& record(WorkloadIndex workload);
  const Record& record(WorkloadIndex workload) const;
  bool known(WorkloadIndex workload) const;
  const RunningSet& running(QueueIndex queue) const {
    return running_[static_cast<std::size_t>(queue)];
  }
  /// Grows when something of the queue that holds quota changes.
  std::int64_t generation(QueueIndex queue) const {
    return generations_[static_cast<std::size_t>(queue)];
  }
  std::size_t not_ready() const { return not_ready_; }

  void start_running(WorkloadIndex workload, Holding holding);
  void stop_running(WorkloadIndex workload);
  void mark_evicted(WorkloadIndex workload);
  void mark_ready(WorkloadIndex workload, bool ready);

  /// Takes what a workload holds out of the sums, and puts it back.
  void lift(WorkloadIndex workload);
  void put_back(WorkloadIndex workload);
  void add_usage(QueueIndex queue, const QuotaUsage& usage, const TopologyUsage& places);
  void remove_usage(QueueIndex queue, const QuotaUsage& usage, const TopologyUsage& places);

 private:
  RunningKey key(WorkloadIndex workload) const;

  AdmissionPolicy policy_;
  std::vector<QueueRules> rules_;
  std::optional<ResourceIndex> pods_;
  std::vector<Record> records_;
  std::vector<RunningSet> running_;
  std::vector<std::int64_t> generations_;
  std::size_t not_ready_ = 0;
};

}  // namespace sextant::kueue
