#include "sim/governance/kueue_queues.h"

#include <algorithm>
#include <tuple>

namespace sextant::kueue {

bool PendingQueue::Member::operator<(const Member& other) const {
  return std::tie(order, uid, workload) < std::tie(other.order, other.uid, other.workload);
}

bool PendingQueue::Earlier::operator()(Groups::iterator a, Groups::iterator b) const {
  const Group& x = a->second;
  const Group& y = b->second;
  if (x.local_usage != y.local_usage) return x.local_usage < y.local_usage;
  if (x.priority != y.priority) return x.priority > y.priority;
  return *x.members.begin() < *y.members.begin();
}

PendingQueue::GroupKey PendingQueue::key(const State& state, WorkloadIndex workload) const {
  const Record& record = state.record(workload);
  const bool turns = state.history.enabled() && state.queue(record.queue).admission_fair_sharing;
  return {record.shape, turns ? record.local_queue : -1};
}

void PendingQueue::insert(const State& state, WorkloadIndex workload) {
  const Record& record = state.record(workload);
  const auto [group, is_new] = groups_.try_emplace(key(state, workload));
  Group& own = group->second;
  if (is_new) {
    own.priority = record.priority;
    own.local_queue = group->first.second;
    own.local_usage = state.history.usage(own.local_queue);
    // A shape that is parked stays so, from whichever local queue it comes.
    const auto like = std::find_if(parked_.begin(), parked_.end(), [&](Groups::iterator other) {
      return other->first.first == record.shape;
    });
    if (like != parked_.end()) {
      own.parked = true;
      own.cause = (*like)->second.cause;
      parked_.push_back(group);
    }
  }
  const Member member{.order = record.order, .uid = record.uid, .workload = workload};
  const bool leads = own.members.empty() || member < *own.members.begin();
  if (own.parked || !leads) {
    own.members.insert(member);
    return;
  }
  if (!own.members.empty()) active_.erase(group);
  own.members.insert(member);
  active_.insert(group);
}

void PendingQueue::erase(const State& state, WorkloadIndex workload) {
  const Record& record = state.record(workload);
  const Groups::iterator group = groups_.find(key(state, workload));
  Group& own = group->second;
  const Member member{.order = record.order, .uid = record.uid, .workload = workload};
  const bool led = own.members.begin()->workload == workload;
  if (led && !own.parked) active_.erase(group);
  own.members.erase(member);
  if (preemptor_ == workload) preemptor_.reset();
  if (own.members.empty()) {
    if (own.parked) parked_.erase(std::find(parked_.begin(), parked_.end(), group));
    groups_.erase(group);
  } else if (led && !own.parked) {
    active_.insert(group);
  }
}

std::optional<WorkloadIndex> PendingQueue::head(const State& state) const {
  if (active_.empty()) return std::nullopt;
  const Group& first = (*active_.begin())->second;
  if (sticky_ && preemptor_ && state.record(*preemptor_).phase == Phase::kPending) {
    const auto group = groups_.find(key(state, *preemptor_));
    if (group != groups_.end() && !group->second.parked &&
        group->second.local_usage <= first.local_usage) {
      return preemptor_;
    }
  }
  return first.members.begin()->workload;
}

void PendingQueue::park(const State& state, WorkloadIndex workload, const WaitCause& cause) {
  const ShapeIndex shape = state.record(workload).shape;
  for (Groups::iterator group = groups_.lower_bound({shape, -1});
       group != groups_.end() && group->first.first == shape; ++group) {
    Group& own = group->second;
    if (!own.parked) {
      active_.erase(group);
      own.parked = true;
      parked_.push_back(group);
    }
    own.cause = cause;
  }
}

bool PendingQueue::wake() {
  if (parked_.empty()) return false;
  for (const Groups::iterator group : parked_) {
    group->second.parked = false;
    active_.insert(group);
  }
  parked_.clear();
  return true;
}

void PendingQueue::sort_again(const State& state) {
  active_.clear();
  for (Groups::iterator group = groups_.begin(); group != groups_.end(); ++group) {
    group->second.local_usage = state.history.usage(group->second.local_queue);
    if (!group->second.parked) active_.insert(group);
  }
}

std::optional<WaitCause> PendingQueue::parked_cause(const State& state,
                                                    WorkloadIndex workload) const {
  const auto group = groups_.find(key(state, workload));
  if (group == groups_.end() || !group->second.parked) return std::nullopt;
  return group->second.cause;
}

}  // namespace sextant::kueue
