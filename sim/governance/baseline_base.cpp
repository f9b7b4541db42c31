#include "baseline_base.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {

BaselineScheduler::BaselineScheduler(const AdmissionPolicy& policy)
    : policy_(policy), shapes_(policy), pool_(policy), empty_(policy) {}

void BaselineScheduler::submit(WorkloadIndex index, Workload workload, SimTime) {
  const auto place = static_cast<std::size_t>(index);
  if (place >= entries_.size()) entries_.resize(place + 1);
  Entry& added = entries_[place];
  SEXTANT_ASSERT(added.state == State::kAbsent, "workload {} is in use", place);
  added = Entry{.shape = shapes_.of(workload.queue, workload.podsets),
                .queue = workload.queue,
                .created = workload.created,
                .uid = workload.uid,
                .estimate = workload.estimate};
  added.state = stopped(workload.queue, workload.local_queue) ? State::kStopped : State::kNeverFits;
  added.since = cycles_;
  if (added.state != State::kStopped) make_pending(index);
}

bool BaselineScheduler::stopped(QueueIndex queue, std::int32_t local_queue) const {
  if (policy_.queues[static_cast<std::size_t>(queue)].stop != StopPolicy::kNone) return true;
  return local_queue >= 0 &&
         policy_.local_queues[static_cast<std::size_t>(local_queue)].stop != StopPolicy::kNone;
}

void BaselineScheduler::make_pending(WorkloadIndex index) {
  Entry& pending = entry(index);
  pending.since = cycles_;
  if (!ever_fits(pending)) {
    pending.state = State::kNeverFits;
    never_fit_.insert(index);
    return;
  }
  pending.state = State::kWaiting;
  ++waiting_;
  changed_ = true;
  enter(index);
}

/// Out of whichever line it stands in.
void BaselineScheduler::withdraw(WorkloadIndex index) {
  Entry& gone = entry(index);
  if (gone.state == State::kWaiting) {
    leave(index);
    --waiting_;
    changed_ = true;
  }
  if (gone.state == State::kBackoff) backoffs_.erase({gone.not_before, index});
  if (gone.state == State::kNeverFits) never_fit_.erase(index);
}

void BaselineScheduler::free_capacity(WorkloadIndex index, SimTime now) {
  Entry& gone = entry(index);
  if (gone.state == State::kRunning) marked(index);
  pool_.release(shape(index), gone.placement);
  by_end_.erase({gone.ends, index});
  evicting_.erase(index);
  freed(index, now);
  changed_ = true;
}

void BaselineScheduler::remove(WorkloadIndex index, SimTime now) {
  Entry& gone = entry(index);
  SEXTANT_ASSERT(gone.state != State::kAbsent, "workload {} is not there",
                 static_cast<std::uint32_t>(index));
  if (gone.state == State::kRunning || gone.state == State::kEvicting) {
    free_capacity(index, now);
  } else {
    withdraw(index);
  }
  gone = Entry();
}

void BaselineScheduler::requeue(WorkloadIndex index, EvictionReason, SimDuration estimate,
                                SimTime now, SimTime not_before) {
  Entry& back = entry(index);
  SEXTANT_ASSERT(back.state == State::kRunning || back.state == State::kEvicting,
                 "workload {} holds nothing", static_cast<std::uint32_t>(index));
  free_capacity(index, now);
  back.placement = PoolPlacement();
  back.estimate = estimate;
  if (not_before <= now) {
    make_pending(index);
    return;
  }
  back.state = State::kBackoff;
  back.not_before = not_before;
  backoffs_.emplace(not_before, index);
}

void BaselineScheduler::evicting(WorkloadIndex index, SimTime now) {
  Entry& going = entry(index);
  if (going.state != State::kRunning) return;
  marked(index);
  going.state = State::kEvicting;
  evicting_.insert(index);
  by_end_.erase({going.ends, index});
  going.ends = now;
  by_end_.emplace(going.ends, index);
  capacity_changed();
  changed_ = true;
}

void BaselineScheduler::evict(WorkloadIndex victim, WorkloadIndex preemptor, Decisions& decisions) {
  decisions.evicted.push_back({victim, EvictionReason::kShorterJob, preemptor});
  Entry& going = entry(victim);
  marked(victim);
  going.state = State::kEvicting;
  evicting_.insert(victim);
}

void BaselineScheduler::set_node(FlavorIndex flavor, int node, bool there, SimTime) {
  pool_.set_node(flavor, node, there);
  capacity_changed();
  changed_ = true;
}

void BaselineScheduler::set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor,
                                    ResourceIndex resource, Amount nominal, SimTime) {
  pool_.set_nominal(queue_or_cohort, flavor, resource, nominal);
  empty_.set_nominal(queue_or_cohort, flavor, resource, nominal);
  fits_.clear();
  nominal_changed(queue_or_cohort, flavor, resource, nominal);
  const std::set<WorkloadIndex> again = std::exchange(never_fit_, {});
  for (const WorkloadIndex index : again) make_pending(index);
  capacity_changed();
  changed_ = true;
}

void BaselineScheduler::end_backoffs(SimTime now) {
  while (!backoffs_.empty() && backoffs_.begin()->first <= now) {
    const WorkloadIndex index = backoffs_.begin()->second;
    backoffs_.erase(backoffs_.begin());
    make_pending(index);
  }
}

Scheduler::Decisions BaselineScheduler::cycle(SimTime now) {
  end_backoffs(now);
  changed_ = false;
  ++cycles_;
  Decisions decisions;
  decide(now, decisions);
  return decisions;
}

bool BaselineScheduler::wants_cycle(SimTime now) const {
  return (changed_ && waiting_ > 0) || next_wake() <= now;
}

SimTime BaselineScheduler::next_wake() const {
  const SimTime own = waiting_ > 0 ? own_wake() : SimTime::never();
  return backoffs_.empty() ? own : std::min(own, backoffs_.begin()->first);
}

bool BaselineScheduler::try_admit(WorkloadIndex index, SimTime now, Decisions& decisions) {
  std::optional<PoolPlacement> placement = pool_.place(shape(index));
  if (placement) admit(index, std::move(*placement), now, decisions);
  return placement.has_value();
}

void BaselineScheduler::admit(WorkloadIndex index, PoolPlacement placement, SimTime now,
                              Decisions& decisions) {
  leave(index);
  --waiting_;
  Entry& running = entry(index);
  running.state = State::kRunning;
  running.admitted = now;
  running.ends = now + running.estimate;
  running.placement = std::move(placement);
  by_end_.emplace(running.ends, index);
  decisions.admitted.push_back({index, assignment(shape(index), running.placement)});
  started(index);
}

std::vector<PodSetAssignment> BaselineScheduler::assignment(const RequestShape& shape,
                                                            const PoolPlacement& placement) const {
  std::vector<PodSetAssignment> podsets(shape.pods.size());
  const RequestOption& option = shape.options[static_cast<std::size_t>(placement.option)];
  for (std::size_t i = 0; i < podsets.size(); ++i) {
    podsets[i].count = shape.pods[i];
    for (const RequestPart& part : option.podsets[i]) {
      for (const ResourceAmount& need : part.per_pod) {
        podsets[i].flavors.push_back({need.resource, part.flavor});
      }
    }
  }
  // Of several parts on nodes the first says where the pods are.
  std::vector<int> placed_by(podsets.size(), -1);
  for (const PoolPlacement::Hold& hold : placement.holds) {
    const auto set = static_cast<std::size_t>(hold.podset);
    const RequestPart& part = option.podsets[set][static_cast<std::size_t>(hold.part)];
    if (policy_.flavors[static_cast<std::size_t>(part.flavor)].nodes == 0) continue;
    if (placed_by[set] < 0) placed_by[set] = hold.part;
    if (placed_by[set] == hold.part) podsets[set].nodes.push_back({hold.node, hold.pods});
  }
  return podsets;
}

bool BaselineScheduler::extend_overruns(SimTime now) {
  bool any = false;
  while (!by_end_.empty() && by_end_.begin()->first < now) {
    const WorkloadIndex index = by_end_.begin()->second;
    by_end_.erase(by_end_.begin());
    Entry& late = entry(index);
    const SimDuration so_far = now - late.admitted;
    late.ends = late.state == State::kEvicting ? now : now + SimDuration(so_far.ns() / 10);
    by_end_.emplace(late.ends, index);
    any = true;
  }
  return any;
}

bool BaselineScheduler::ever_fits(const Entry& pending) {
  fits_.resize(shapes_.size());
  std::optional<bool>& known = fits_[static_cast<std::size_t>(pending.shape)];
  if (!known) {
    const RequestShape& wanted = shapes_[pending.shape];
    const std::optional<PoolPlacement> placement = empty_.place(wanted);
    if (placement) empty_.release(wanted, *placement);
    known = placement.has_value();
  }
  return *known;
}

WaitCause BaselineScheduler::why_never(const Entry& pending) const {
  WaitCause cause = short_of(shapes_[pending.shape], empty_).value_or(WaitCause());
  cause.reason = WaitReason::kNeverFits;
  return cause;
}

std::optional<WaitCause> BaselineScheduler::short_of(const RequestShape& shape,
                                                     const CapacityPool& pool) {
  if (shape.options.empty()) return std::nullopt;
  return first_short(shape.options.front(), [&pool](const FlavorAmount& need) {
    return pool.free(need.flavor, need.resource);
  });
}

WaitCause BaselineScheduler::shortage(WorkloadIndex index) const {
  // There is enough in all, but not on one node.
  return short_of(shape(index), pool_).value_or(WaitCause{.reason = WaitReason::kNoNodes});
}

WaitCause BaselineScheduler::why_waiting(WorkloadIndex index) const {
  const Entry& pending = entry(index);
  switch (pending.state) {
    case State::kStopped:
      return {.reason = WaitReason::kQueueStopped};
    case State::kBackoff:
      return {.reason = WaitReason::kBackoff};
    case State::kNeverFits:
      return why_never(pending);
    case State::kWaiting:
      return pending.since == cycles_ ? WaitCause() : why(index);
    case State::kAbsent:
    case State::kRunning:
    case State::kEvicting:
      break;
  }
  SEXTANT_ASSERT(false, "workload {} is not pending", static_cast<std::uint32_t>(index));
}

}  // namespace sextant
