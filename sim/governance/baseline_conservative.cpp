#include "baseline_conservative.h"

#include <algorithm>
#include <utility>

namespace sextant {

std::optional<SimTime> ConservativeScheduler::promised_start(WorkloadIndex index) const {
  const auto promise = promises_.find(rank(index, 0));
  if (promise == promises_.end()) return std::nullopt;
  return promise->second.start.at;
}

/// Who starts keeps its part of the profile: it runs when it was promised to.
void ConservativeScheduler::leave(WorkloadIndex index) {
  const Rank gone = rank(index, 0);
  arrived_.erase(gone);
  if (promises_.count(gone) == 0) return;
  withdraw_promise(gone);
  ended_early_ = true;
}

void ConservativeScheduler::freed(WorkloadIndex index, SimTime now) {
  const Entry& gone = entry(index);
  if (gone.ends < now) begin_anew_ = true;
  if (gone.ends <= now || begin_anew_) return;
  profile_.add(option(index, gone.placement.option), now, gone.ends, +1);
  ended_early_ = true;
}

void ConservativeScheduler::decide(SimTime now, Decisions& decisions) {
  const bool late = extend_overruns(now);
  if (begin_anew_ || late) {
    promise_anew(now);
  } else {
    profile_.advance(now);
    if (ended_early_) move_forward(now);
  }
  begin_anew_ = ended_early_ = false;
  for (const Rank& newcomer : std::exchange(arrived_, {})) promise(newcomer, now);
  start_promised(now, decisions);
}

void ConservativeScheduler::promise_anew(SimTime now) {
  for (const auto& [rank, promise] : promises_) arrived_.insert(rank);
  promises_.clear();
  by_start_.clear();
  profile_.reset(policy_, now);
  for (const auto& [ends, index] : by_end_) {
    if (ends == SimTime::never()) break;
    const RequestOption& held = option(index, entry(index).placement.option);
    profile_.add(held, std::max(ends, now), SimTime::never(), +1);
  }
}

/// Who moves leaves room behind, so that the others are asked again.
void ConservativeScheduler::move_forward(SimTime now) {
  std::vector<Rank> waiting;
  for (const auto& [rank, promise] : promises_) waiting.push_back(rank);
  for (bool moved = true; moved;) {
    moved = false;
    for (const Rank& rank : waiting) {
      const SimTime before = promises_.at(rank).start.at;
      if (before <= now) continue;
      withdraw_promise(rank);
      promise(rank, now);
      moved = moved || promises_.at(rank).start.at < before;
    }
  }
}

void ConservativeScheduler::promise(const Rank& rank, SimTime from) {
  const SimDuration length = entry(rank.index).estimate;
  const CapacityProfile::Start start = profile_.earliest(shape(rank.index), length, from);
  const SimTime until = start.at + length;
  if (start.at != SimTime::never()) {
    profile_.add(option(rank.index, start.option), start.at, until, -1);
  }
  promises_[rank] = {start, until};
  by_start_.emplace(start.at, rank);
}

void ConservativeScheduler::withdraw_promise(const Rank& rank) {
  const auto promise = promises_.find(rank);
  const auto& [start, until] = promise->second;
  by_start_.erase({start.at, rank});
  if (start.at != SimTime::never()) {
    profile_.add(option(rank.index, start.option), start.at, until, +1);
  }
  promises_.erase(promise);
}

SimTime ConservativeScheduler::own_wake() const {
  return by_start_.empty() ? SimTime::never() : by_start_.begin()->first;
}

/// Those whose time has come start. Who finds no whole nodes is promised another start, not before
/// the next job ends; if none does, it waits for nodes that are away.
void ConservativeScheduler::start_promised(SimTime now, Decisions& decisions) {
  std::vector<Rank> without_nodes;
  while (!by_start_.empty() && by_start_.begin()->first <= now) {
    const Rank rank = by_start_.begin()->second;
    const Promise promised = promises_.at(rank);
    std::optional<PoolPlacement> placement = pool_.place(shape(rank.index), promised.start.option);
    if (!placement) {
      withdraw_promise(rank);
      without_nodes.push_back(rank);
      continue;
    }
    by_start_.erase(by_start_.begin());
    promises_.erase(rank);
    const SimTime until = now + entry(rank.index).estimate;
    profile_.add(option(rank.index, promised.start.option), promised.until, until, -1);
    admit(rank.index, std::move(*placement), now, decisions);
  }
  const auto next_end = std::find_if(by_end_.begin(), by_end_.end(),
                                     [&](const auto& end) { return end.first > now; });
  const SimTime later = next_end == by_end_.end() ? SimTime::never() : next_end->first;
  for (const Rank& rank : without_nodes) promise(rank, later);
}

WaitCause ConservativeScheduler::why(WorkloadIndex index) const {
  const WorkloadIndex first = promises_.begin()->first.index;
  if (first == index) return shortage(index);
  const bool has_room = !short_of(shape(index), pool_);
  return {.reason = has_room ? WaitReason::kReserved : WaitReason::kBehindOthers, .other = first};
}

}  // namespace sextant
