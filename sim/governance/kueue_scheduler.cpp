#include "sextant/governance/kueue_scheduler.h"

#include "sim/governance/kueue_engine.h"

namespace sextant {

KueueScheduler::KueueScheduler(const AdmissionPolicy& policy)
    : engine_(std::make_unique<kueue::Engine>(policy)) {}

KueueScheduler::~KueueScheduler() = default;

void KueueScheduler::submit(WorkloadIndex index, Workload workload, SimTime now) {
  engine_->submit(index, std::move(workload), now);
}

void KueueScheduler::remove(WorkloadIndex index, SimTime now) { engine_->remove(index, now); }

void KueueScheduler::requeue(WorkloadIndex index, EvictionReason reason, SimDuration /*estimate*/,
                             SimTime now, SimTime not_before) {
  engine_->requeue(index, reason, now, not_before);
}

void KueueScheduler::evicting(WorkloadIndex index, SimTime now) { engine_->evicting(index, now); }

void KueueScheduler::set_pods_ready(WorkloadIndex index, bool ready, SimTime now) {
  engine_->set_pods_ready(index, ready, now);
}

void KueueScheduler::set_node(FlavorIndex flavor, int node, bool there, SimTime now) {
  engine_->set_node(flavor, node, there, now);
}

void KueueScheduler::set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor,
                                 ResourceIndex resource, Amount nominal, SimTime now) {
  engine_->set_nominal(queue_or_cohort, flavor, resource, nominal, now);
}

Scheduler::Decisions KueueScheduler::cycle(SimTime now) { return engine_->cycle(now); }

bool KueueScheduler::wants_cycle(SimTime now) const { return engine_->wants_cycle(now); }

SimTime KueueScheduler::next_wake() const { return engine_->next_wake(); }

WaitCause KueueScheduler::why_waiting(WorkloadIndex index) const {
  return engine_->why_waiting(index);
}

void KueueScheduler::restore(WorkloadIndex index, Workload workload,
                             const std::vector<PodSetAssignment>& podsets, SimTime admitted,
                             bool evicted) {
  engine_->restore(index, std::move(workload), podsets, admitted, evicted);
}

std::vector<Eviction> KueueScheduler::preemption_targets(
    WorkloadIndex index, const QuotaUsage& usage, const std::vector<FlavorResource>& contested,
    SimTime now) {
  kueue::State& state = engine_->state();
  state.now = now;
  const kueue::Record& record = state.record(index);
  std::vector<Eviction> evictions;
  for (const kueue::Target& target : kueue::preemption_targets(state, {.queue = record.queue,
                                                                      .priority = record.priority,
                                                                      .order = record.order,
                                                                      .usage = &usage,
                                                                      .contested = contested})) {
    evictions.push_back({.workload = target.workload, .reason = target.reason, .preemptor = index});
  }
  return evictions;
}

bool KueueScheduler::parked(WorkloadIndex index) const { return engine_->parked(index); }

const QuotaTree& KueueScheduler::quota() const { return engine_->state().tree; }

}  // namespace sextant
