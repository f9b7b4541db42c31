#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "capacity_pool.h"
#include "request_shape.h"
#include "sextant/governance/scheduler.h"

namespace sextant {

/// What all baseline schedulers have in common: who is pending, who holds capacity, and until when
/// it is expected to. What differs is the order, and who may start: decide().
class BaselineScheduler : public Scheduler {
 public:
  explicit BaselineScheduler(const AdmissionPolicy& policy);

  void submit(WorkloadIndex index, Workload workload, SimTime now) final;
  void remove(WorkloadIndex index, SimTime now) final;
  void requeue(WorkloadIndex index, EvictionReason reason, SimDuration estimate, SimTime now,
               SimTime not_before) final;
  void evicting(WorkloadIndex index, SimTime now) final;
  void set_pods_ready(WorkloadIndex, bool, SimTime) final {}
  void set_node(FlavorIndex flavor, int node, bool there, SimTime now) final;
  void set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor, ResourceIndex resource,
                   Amount nominal, SimTime now) final;
  Decisions cycle(SimTime now) final;
  bool wants_cycle(SimTime now) const final;
  SimTime next_wake() const final;
  WaitCause why_waiting(WorkloadIndex index) const final;

 protected:
  enum class State : std::uint8_t {
    kAbsent,
    kStopped,
    kNeverFits,
    kBackoff,
    kWaiting,
    kRunning,
    kEvicting
  };
  struct Entry {
    State state = State::kAbsent;
    ShapeIndex shape{};
    QueueIndex queue{};
    SimTime created{};
    std::uint64_t uid = 0;
    SimDuration estimate{};     ///< of what it still needs
    SimTime admitted{};         ///< of a running one
    SimTime ends{};             ///< when it is expected to have ended
    SimTime not_before{};       ///< of one in backoff
    std::uint64_t since = 0;    ///< number of cycles when it became pending
    PoolPlacement placement{};  ///< of one that holds capacity
  };
  /// A place in a line: smaller keys first, then who was created first.
  struct Rank {
    std::int64_t key = 0;
    SimTime created{};
    std::uint64_t uid = 0;
    WorkloadIndex index{};
    auto operator<=>(const Rank&) const = default;
  };

  /// A workload is now waiting, or no longer.
  virtual void enter(WorkloadIndex index) = 0;
  virtual void leave(WorkloadIndex index) = 0;
  /// Who starts, and who is evicted.
  virtual void decide(SimTime now, Decisions& decisions) = 0;
  /// Of one that waits and that a cycle has looked at.
  virtual WaitCause why(WorkloadIndex index) const = 0;
  /// Whether it could start if nothing else ran and all nodes were there; of one that could not,
  /// what is short.
  virtual bool ever_fits(const Entry& pending);
  virtual WaitCause why_never(const Entry& pending) const;
  virtual void nominal_changed(const std::string& /*queue_or_cohort*/, FlavorIndex, ResourceIndex,
                               Amount) {}
  virtual void started(WorkloadIndex) {}
  /// A running one is to go; it keeps what it has.
  virtual void marked(WorkloadIndex) {}
  /// What it had is free, while it is still expected to have it until `ends`.
  virtual void freed(WorkloadIndex, SimTime /*now*/) {}
  virtual void capacity_changed() {}
  virtual SimTime own_wake() const { return SimTime::never(); }

  Entry& entry(WorkloadIndex index) { return entries_[static_cast<std::size_t>(index)]; }
  const Entry& entry(WorkloadIndex index) const {
    return entries_[static_cast<std::size_t>(index)];
  }
  const RequestShape& shape(WorkloadIndex index) const { return shapes_[entry(index).shape]; }
  Rank rank(WorkloadIndex index, std::int64_t key) const {
    return {key, entry(index).created, entry(index).uid, index};
  }
  /// It waits no longer and holds the placement, which the pool has given.
  void admit(WorkloadIndex index, PoolPlacement placement, SimTime now, Decisions& decisions);
  bool try_admit(WorkloadIndex index, SimTime now, Decisions& decisions);
  /// Evicts a running one.
  void evict(WorkloadIndex victim, WorkloadIndex preemptor, Decisions& decisions);
  /// Running jobs that should have ended are expected to take longer; whether there are any.
  bool extend_overruns(SimTime now);
  /// What is short for its first option now.
  WaitCause shortage(WorkloadIndex index) const;
  /// The first amount of an option's total that is more than `free(need)`.
  template <class Free>
  static std::optional<WaitCause> first_short(const RequestOption& option, const Free& free) {
    for (const FlavorAmount& need : option.total) {
      const Amount short_by = need.amount - free(need);
      if (short_by <= 0) continue;
      return WaitCause{.reason = WaitReason::kNoQuota,
                       .flavor = need.flavor,
                       .resource = need.resource,
                       .short_by = short_by};
    }
    return std::nullopt;
  }
  /// The same of its first option in a pool.
  static std::optional<WaitCause> short_of(const RequestShape& shape, const CapacityPool& pool);

  const AdmissionPolicy& policy_;
  ShapeTable shapes_;
  CapacityPool pool_;
  /// All that hold capacity by when they are expected to have ended; evicted ones at any moment.
  std::set<std::pair<SimTime, WorkloadIndex>> by_end_;
  std::set<WorkloadIndex> evicting_;

 private:
  void make_pending(WorkloadIndex index);
  void withdraw(WorkloadIndex index);
  void free_capacity(WorkloadIndex index, SimTime now);
  bool stopped(QueueIndex queue, std::int32_t local_queue) const;
  void end_backoffs(SimTime now);
  std::vector<PodSetAssignment> assignment(const RequestShape& shape,
                                           const PoolPlacement& placement) const;

  CapacityPool empty_;                     ///< all nodes there, nothing in use
  std::vector<std::optional<bool>> fits_;  ///< by shape: whether the empty pool has room
  std::vector<Entry> entries_;
  std::set<std::pair<SimTime, WorkloadIndex>> backoffs_;
  std::set<WorkloadIndex> never_fit_;
  std::size_t waiting_ = 0;
  std::uint64_t cycles_ = 0;
  bool changed_ = false;
};

}  // namespace sextant
