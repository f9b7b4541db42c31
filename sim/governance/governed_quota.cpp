// Who gets quota, and who loses it.
#include <algorithm>
#include <utility>

#include "sextant/kernel/delay.h"
#include "sim/governance/governed_cluster.h"

namespace sextant {
namespace {

/// `base`, doubled `times` times, at most `most`.
SimDuration doubled(Seconds base, std::int64_t times, Seconds most) {
  Seconds backoff = base;
  for (std::int64_t i = 0; i < times && backoff < most; ++i) backoff = 2.0 * backoff;
  return SimDuration::rounded(std::min(backoff, most));
}

}  // namespace

/// Asks for a cycle whenever one could decide something, when all that happens at the instant is
/// known.
Process GovernedCluster::schedule() {
  const SimDuration latency = SimDuration::rounded(inputs_.admission_latency);
  for (;;) {
    if (!scheduler_->wants_cycle(simulation_.now())) {
      if (stuck()) simulation_.stop();
      const SimTime next = scheduler_->next_wake();
      const SimDuration wait =
          next == SimTime::never() ? SimDuration::never() : next - simulation_.now();
      const Wake wake = co_await any_of(delay(wait, Priority::kDecision), asked_);
      static_cast<void>(wake);
      continue;
    }
    Scheduler::Decisions decisions = scheduler_->cycle(simulation_.now());
    ++result_.cycles;
    for (const Eviction& eviction : decisions.evicted) {
      evict(at(eviction.workload), eviction.reason, eviction.preemptor);
    }
    // With a latency, each admission takes so long; a job that is withdrawn meanwhile is not there.
    std::vector<JobNumber> numbers;
    for (const Admission& admission : decisions.admitted) {
      numbers.push_back(at(admission.workload).record.number);
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (latency > SimDuration()) {
        const Wake admitted = co_await delay(latency, Priority::kDecision);
        static_cast<void>(admitted);
      }
      const auto found = slot_of_.find(numbers[i]);
      if (found == slot_of_.end()) continue;
      admit(at(found->second), std::move(decisions.admitted[i].podsets));
    }
    const Wake settled = co_await delay(SimDuration(), Priority::kDecision);
    static_cast<void>(settled);
    explain();
  }
}

/// Nothing can change any more: who is still pending will be so for ever.
bool GovernedCluster::stuck() const {
  return holding_ == 0 && nothing_to_come() && inputs_.endpoints.empty() &&
         scheduler_->next_wake() == SimTime::never();
}

bool GovernedCluster::nothing_to_come() const {
  return all_arrived_ && to_come_ == 0 && !inputs_.duration;
}

void GovernedCluster::admit(GovernedJob& job, std::vector<PodSetAssignment> podsets) {
  const SimTime now = simulation_.now();
  set_pending(job, -1);
  job.record.wait_ns += (now - job.pending_since).ns();
  if (!job.record.admitted_ns) {
    job.record.admitted_ns = now.ns();
    job.record.first_wait_ns = now.ns() - job.record.submitted_ns;
  }
  job.assignment = std::move(podsets);
  std::int64_t asked = 0;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < job.assignment.size(); ++i) {
    asked += job.spec.podsets[i].count;
    given += job.assignment[i].count;
  }
  job.pace = asked == given ? 1.0 : static_cast<double>(given) / static_cast<double>(asked);
  job.state = JobState::kNeedsNodes;
  job.since = now;
  job.unready_since = now;
  ++holding_;
  report_quota(job, 1);
  close_wait(job);
  if (inputs_.policy.wait_for_pods_ready) {
    expect_ready(job, inputs_.policy.wait_for_pods_ready->timeout);
  }
  if (job.spec.training >= 0) {
    start_training(job);
  } else {
    job.process = simulation_.start(live(job));
  }
}

/// It keeps its quota until its pods have ended.
void GovernedCluster::evict(GovernedJob& job, EvictionReason reason, WorkloadIndex preemptor) {
  if (!job.holds_quota() || job.must_go) return;
  const bool by_scheduler = preemptor != kNoWorkload || reason == EvictionReason::kShorterJob ||
                            reason == EvictionReason::kClusterQueueStopped;
  if (!by_scheduler) scheduler_->evicting(job.slot, simulation_.now());
  ++job.record.evictions[static_cast<std::size_t>(reason)];
  EvictionRecord record{.time_ns = simulation_.now().ns(),
                        .job = job.record.number,
                        .name = job.record.name,
                        .preemptor = name_of(preemptor),
                        .team = job.spec.team,
                        .reason = reason,
                        .units = job.record.units};
  if (preemptor != kNoWorkload) record.preemptor_team = at(preemptor).spec.team;
  observer_.job_evicted(record);
  job.reason = reason;
  job.must_go = true;
  if (job.training != nullptr) {
    job.training->evict(inputs_.grace);
  } else {
    interrupt(job, Stop::kMustGo);
  }
  note_loop(job, preemptor);
}

/// It never gets anywhere: the same job takes its place again and again, or it is evicted, by
/// whomever, before it has worked at all.
void GovernedCluster::note_loop(GovernedJob& job, WorkloadIndex preemptor) {
  if (preemptor == kNoWorkload) return;
  const JobNumber by = at(preemptor).record.number;
  const bool by_the_same = job.last_preemptor == by && job.done == job.done_then;
  const bool again = by_the_same || !job.worked;
  job.fruitless_evictions = again ? job.fruitless_evictions + 1 : 1;
  job.last_preemptor = by;
  job.done_then = job.done;
  job.worked = false;
  if (job.fruitless_evictions != inputs_.loop_limit) return;
  ++job.record.loops;
  ++result_.loops;
}

/// Its pods have ended.
void GovernedCluster::requeue(GovernedJob& job) {
  const SimTime now = simulation_.now();
  report_quota(job, -1);
  --holding_;
  job.state = JobState::kPending;
  job.pending_since = now;
  job.must_go = false;
  job.ready = false;
  set_pending(job, 1);
  const auto& wait = inputs_.policy.wait_for_pods_ready;
  if (job.reason == EvictionReason::kPodsReadyTimeout && wait->backoff_limit &&
      job.timeouts > *wait->backoff_limit) {
    ++job.record.evictions[static_cast<std::size_t>(EvictionReason::kDeactivated)];
    set_pending(job, -1);
    return end_job(job, JobEnd::kDeactivated);
  }
  scheduler_->requeue(job.slot, job.reason, estimate(job), now, not_before(job));
  ask_for_cycle();
}

SimTime GovernedCluster::not_before(GovernedJob& job) {
  const SimTime now = simulation_.now();
  if (job.reason == EvictionReason::kPodsReadyTimeout) {
    const WaitForPodsReady& wait = *inputs_.policy.wait_for_pods_ready;
    return now + doubled(wait.backoff_base, job.timeouts - 1, wait.backoff_max);
  }
  const std::int64_t in_loop = job.fruitless_evictions - inputs_.loop_limit;
  return in_loop < 0 ? now : now + doubled(Seconds(60), in_loop, Seconds(3600));
}

void GovernedCluster::report_quota(const GovernedJob& job, int sign) {
  for (const auto& [flavor, units] : assigned_units(job, true)) {
    if (units == 0) continue;
    observer_.quota_changed({.time_ns = simulation_.now().ns(),
                             .queue = inputs_.teams[static_cast<std::size_t>(job.spec.team)].queue,
                             .team = job.spec.team,
                             .flavor = flavor,
                             .units = sign * units,
                             .job = job.record.number});
  }
}

/// Its quota in units of each flavor; `with_nodes`: also of pods that are on nodes.
HeldUnits GovernedCluster::assigned_units(const GovernedJob& job, bool with_nodes) const {
  HeldUnits held;
  for (std::size_t i = 0; i < job.assignment.size(); ++i) {
    const PodSetAssignment& given = job.assignment[i];
    if (!with_nodes && node_flavor(given)) continue;
    for (const PodSetAssignment::Flavor& choice : given.flavors) {
      const auto& weights = inputs_.supply[static_cast<std::size_t>(choice.flavor)].unit_weights;
      for (const ResourceAmount& amount : job.spec.podsets[i].per_pod) {
        if (amount.resource != choice.resource) continue;
        const std::int64_t weight = weights[static_cast<std::size_t>(amount.resource)];
        add_units(held, choice.flavor, given.count * amount.amount * weight);
      }
    }
  }
  return held;
}

void GovernedCluster::set_pending(const GovernedJob& job, int sign) {
  TeamPending& pending = pending_[static_cast<std::size_t>(job.spec.team)];
  pending.jobs += sign;
  pending.units += sign * job.record.units;
  observer_.pending_changed(simulation_.now().ns(), job.spec.team, pending.jobs, pending.units);
}

void GovernedCluster::set_ready(GovernedJob& job, bool ready) {
  if (job.ready == ready) return;
  job.ready = ready;
  scheduler_->set_pods_ready(job.slot, ready, simulation_.now());
  ask_for_cycle();
  const auto& wait = inputs_.policy.wait_for_pods_ready;
  if (ready || !wait) return;
  job.unready_since = simulation_.now();
  expect_ready(job, wait->recovery_timeout);
}

void GovernedCluster::expect_ready(GovernedJob& job, std::optional<Seconds> within) {
  if (!within) return;
  simulation_.start(
      watch_pods_ready(job, job.record.number, job.unready_since, SimDuration::rounded(*within)));
}

Process GovernedCluster::watch_pods_ready(GovernedJob& job, JobNumber number, SimTime unready_since,
                                          SimDuration timeout) {
  const Wake over = co_await delay(timeout);
  static_cast<void>(over);
  const bool same =
      job.holds_quota() && job.record.number == number && job.unready_since == unready_since;
  if (!same || job.ready || job.must_go) co_return;
  ++job.timeouts;
  evict(job, EvictionReason::kPodsReadyTimeout, kNoWorkload);
  if (++vain_timeouts_ > kVainTimeouts * live_ && nothing_to_come()) simulation_.stop();
}

void GovernedCluster::explain() {
  for (const WorkloadIndex slot : explained_) explain(at(slot));
}

void GovernedCluster::explain(GovernedJob& job) {
  WaitCause cause;
  if (job.state == JobState::kPending) {
    cause = scheduler_->why_waiting(job.slot);
  } else if (job.state == JobState::kNeedsNodes) {
    cause.reason = WaitReason::kNoNodes;
  } else {
    return close_wait(job);
  }
  if (job.wait && job.wait->cause == cause) return;
  close_wait(job);
  job.wait = WaitRecord{.job = job.record.number,
                        .from_ns = simulation_.now().ns(),
                        .cause = cause,
                        .other = name_of(cause.other)};
}

void GovernedCluster::close_wait(GovernedJob& job) {
  if (!job.wait) return;
  job.wait->to_ns = simulation_.now().ns();
  if (job.wait->to_ns > job.wait->from_ns) observer_.job_waited(*job.wait);
  job.wait.reset();
}

}  // namespace sextant
