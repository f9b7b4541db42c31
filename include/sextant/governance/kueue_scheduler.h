#pragma once

#include <memory>
#include <vector>

#include "sextant/governance/quota_tree.h"
#include "sextant/governance/scheduler.h"

namespace sextant {

namespace kueue {
class Engine;
}

/// Kueue's admission, decision by decision (commit ff69552e, defaults of 0.20): the quota tree, the
/// order of heads, flavors, partial admission, classical and fair preemption, topology.
/// Differences: inadmissible workloads are looked at again as soon as something changes and not up
/// to a second later, ties that Kueue leaves to chance go to who stands first in the policy, and
/// AdmissionPolicy::minimum_runtime is not part of Kueue.
class KueueScheduler final : public Scheduler {
 public:
  /// `policy` has no faults (policy_faults.h).
  explicit KueueScheduler(const AdmissionPolicy& policy);
  ~KueueScheduler() override;
  KueueScheduler(const KueueScheduler&) = delete;
  KueueScheduler& operator=(const KueueScheduler&) = delete;

  void submit(WorkloadIndex index, Workload workload, SimTime now) override;
  void remove(WorkloadIndex index, SimTime now) override;
  void requeue(WorkloadIndex index, EvictionReason reason, SimDuration estimate, SimTime now,
               SimTime not_before) override;
  void evicting(WorkloadIndex index, SimTime now) override;
  void set_pods_ready(WorkloadIndex index, bool ready, SimTime now) override;
  void set_node(FlavorIndex flavor, int node, bool there, SimTime now) override;
  void set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor, ResourceIndex resource,
                   Amount nominal, SimTime now) override;
  Decisions cycle(SimTime now) override;
  bool wants_cycle(SimTime now) const override;
  SimTime next_wake() const override;
  WaitCause why_waiting(WorkloadIndex index) const override;

  /// It holds quota already: an admission of another time, which may exceed what is available. Its
  /// pods are ready.
  void restore(WorkloadIndex index, Workload workload, const std::vector<PodSetAssignment>& podsets,
               SimTime admitted, bool evicted);
  /// Who would be evicted for a pending workload that is to get `usage`, of which `contested` does
  /// not fit without.
  std::vector<Eviction> preemption_targets(WorkloadIndex index, const QuotaUsage& usage,
                                           const std::vector<FlavorResource>& contested,
                                           SimTime now);
  /// Whether a pending workload waits until something changes, and does not stand in its queue.
  bool parked(WorkloadIndex index) const;
  /// Quota, usage and shares as they are.
  const QuotaTree& quota() const;

 private:
  std::unique_ptr<kueue::Engine> engine_;
};

}  // namespace sextant
