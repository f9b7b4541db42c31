#include "sextant/kernel/process_state.h"

#include "sextant/kernel/assert.h"
#include "sextant/kernel/simulation.h"

namespace sextant {

void WaitList::wake_all(Priority priority) {
  while (!nodes_.empty()) {
    const WaitNode& first = nodes_.pop_front();
    first.process->come(first.branch, priority);
  }
}

bool ProcessState::wait_for(std::span<const Condition> conditions, std::span<WaitNode> places,
                            std::uint16_t count) {
  needed = count;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i].kind != Condition::Kind::kReady || --needed > 0) continue;
    wake = Wake(static_cast<std::int32_t>(i));
    return false;
  }
  if (take_pending_interrupt()) return false;
  valid_from = simulation->next_sequence_;
  nodes = places.data();
  node_count = static_cast<std::uint16_t>(places.size());
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    arm(conditions[i], static_cast<std::uint32_t>(i));
  }
  status = Status::kWaiting;
  return true;
}

void ProcessState::arm(const Condition& condition, std::uint32_t branch) {
  switch (condition.kind) {
    case Condition::Kind::kReady:
      break;
    case Condition::Kind::kDelay:
      set_timer(condition.duration, condition.priority, branch);
      break;
    case Condition::Kind::kList:
      nodes[branch].process = this;
      nodes[branch].branch = branch;
      condition.list->append(nodes[branch]);
      break;
  }
}

void ProcessState::set_timer(SimDuration duration, Priority priority, std::uint32_t branch) {
  SEXTANT_ASSERT(duration >= SimDuration(), "a delay of {} ns", duration.ns());
  const SimTime time = simulation->now() + duration;
  if (time == SimTime::never()) return;
  simulation->schedule(*this, time, priority, branch);
  ++timers;
}

bool ProcessState::wait_delay(SimDuration duration, Priority priority) {
  if (take_pending_interrupt()) return false;
  valid_from = simulation->next_sequence_;
  needed = 1;
  set_timer(duration, priority, 0);
  status = Status::kWaiting;
  return true;
}

void ProcessState::come(std::uint32_t branch, Priority priority) {
  if (--needed > 0) return;
  disarm();
  wake = Wake(static_cast<std::int32_t>(branch));
  status = Status::kScheduled;
  valid_from = simulation->schedule(*this, simulation->now(), priority, branch);
}

void ProcessState::interrupt(Interrupt interrupt) {
  if (status == Status::kFinished) return;
  if (status != Status::kWaiting) {
    pending.push_back(interrupt);
    has_pending = true;
    return;
  }
  disarm();
  wake = Wake(interrupt);
  status = Status::kScheduled;
  valid_from = simulation->schedule(*this, simulation->now(), Priority::kInterrupt, 0);
}

void ProcessState::disarm() {
  for (WaitNode& node : std::span(nodes, node_count)) node.unlink();
  node_count = 0;
  valid_from = kNoEntry;
  if (timers == 0) return;
  const std::uint16_t cancelled = timers;
  timers = 0;
  simulation->forget_entries(cancelled);
}

bool ProcessState::take_pending_interrupt() {
  if (!has_pending) [[likely]] {
    return false;
  }
  wake = Wake(pending.front());
  pending.erase(pending.begin());
  has_pending = !pending.empty();
  return true;
}

}  // namespace sextant
