#include "baseline_easy.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace sextant {

void EasyScheduler::enter(WorkloadIndex index) {
  line_.insert(place_of(index));
  lines_.insert(entry(index).shape, place_of(index));
}

void EasyScheduler::leave(WorkloadIndex index) {
  line_.erase(place_of(index));
  lines_.erase(entry(index).shape, place_of(index));
}

void EasyScheduler::decide(SimTime now, Decisions& decisions) {
  extend_overruns(now);
  promised_.reset();
  left_over_.clear();
  no_room_.clear();
  reserved_.clear();
  while (!line_.empty() && try_admit(line_.begin()->index, now, decisions)) {
  }
  if (line_.size() < 2) return;
  const WorkloadIndex first = line_.begin()->index;
  promise(first, now);
  backfill(first, now, decisions);
}

/// Lets the running jobs end one after the other until there is room, then takes that back.
void EasyScheduler::promise(WorkloadIndex first, SimTime now) {
  std::vector<WorkloadIndex> ended;
  std::optional<PoolPlacement> placement;
  auto next = by_end_.begin();
  while (!placement && next != by_end_.end() && next->first != SimTime::never()) {
    promised_ = std::max(next->first, now);
    for (; next != by_end_.end() && next->first <= *promised_; ++next) {
      pool_.release(shape(next->second), entry(next->second).placement);
      ended.push_back(next->second);
    }
    placement = pool_.place(shape(first));
  }
  if (placement) {
    for (const PoolPlacement::Hold& hold : placement->holds) {
      const int node = pool_.node_of(shape(first), *placement, hold);
      left_over_[node] = pool_.free_on(node);
    }
    pool_.release(shape(first), *placement);
  } else {
    promised_ = SimTime::never();
  }
  for (const WorkloadIndex index : ended) pool_.take(shape(index), entry(index).placement);
}

/// Asks all but the first in the order of the line; of a shape without room nobody further.
void EasyScheduler::backfill(WorkloadIndex first, SimTime now, Decisions& decisions) {
  using Next = std::pair<Rank, ShapeIndex>;
  std::set<Next> heads;
  for (const auto& [shape, line] : lines_.lines()) heads.emplace(*line.begin(), shape);
  while (!heads.empty()) {
    const auto [rank, shape] = *heads.begin();
    heads.erase(heads.begin());
    if (rank.index != first) ask(rank.index, now, decisions);
    if (no_room_.count(shape) != 0) continue;
    if (const Rank* after = lines_.after(shape, rank)) heads.emplace(*after, shape);
  }
}

bool EasyScheduler::ask(WorkloadIndex index, SimTime now, Decisions& decisions) {
  const bool ends_before = now + entry(index).estimate <= *promised_;
  const ShapeIndex wanted = entry(index).shape;
  if (!ends_before && reserved_.count(wanted) != 0) return false;
  std::optional<PoolPlacement> placement =
      pool_.place(shape(index), ends_before ? nullptr : &left_over_);
  if (!placement) {
    (ends_before ? no_room_ : reserved_).insert(wanted);
    return false;
  }
  admit(index, std::move(*placement), now, decisions);
  return true;
}

WaitCause EasyScheduler::why(WorkloadIndex index) const {
  const WorkloadIndex first = line_.begin()->index;
  if (first == index) return shortage(index);
  const ShapeIndex wanted = entry(index).shape;
  const bool is_reserved = reserved_.count(wanted) != 0 && no_room_.count(wanted) == 0;
  return {.reason = is_reserved ? WaitReason::kReserved : WaitReason::kBehindOthers,
          .other = first};
}

}  // namespace sextant
