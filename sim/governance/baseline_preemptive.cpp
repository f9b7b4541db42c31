#include "baseline_preemptive.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "sextant/kernel/assert.h"

namespace sextant {

void PreemptiveScheduler::started(WorkloadIndex index) {
  running_[weight(entry(index).shape)].emplace(entry(index).ends, index);
}

void PreemptiveScheduler::marked(WorkloadIndex index) {
  const auto line = running_.find(weight(entry(index).shape));
  line->second.erase({entry(index).ends, index});
  if (line->second.empty()) running_.erase(line);
}

void PreemptiveScheduler::decide(SimTime now, Decisions& decisions) {
  wake_ = SimTime::never();
  waits_for_.clear();
  present_.clear();
  for (const WorkloadIndex gone : evicting_) let_go(gone);
  ask_all(now, decisions);
  for (const Claim& claim : claims_) pool_.release(shape(claim.index), claim.placement);
  claims_.clear();
  for (const WorkloadIndex gone : evicting_) pool_.take(shape(gone), entry(gone).placement);
}

/// Counts one that is evicted as gone, but remembers what is free without that.
void PreemptiveScheduler::let_go(WorkloadIndex victim) {
  const PoolPlacement& placement = entry(victim).placement;
  for (const PoolPlacement::Hold& hold : placement.holds) {
    const int node = pool_.node_of(shape(victim), placement, hold);
    if (present_.count(node) == 0) present_.emplace(node, pool_.free_on(node));
  }
  pool_.release(shape(victim), placement);
}

/// The first of each line in the order of what they have left; the next of a line if the last one
/// was served.
void PreemptiveScheduler::ask_all(SimTime now, Decisions& decisions) {
  using Head = std::tuple<double, Rank, ShapeIndex>;
  std::set<Head> heads;
  const auto add = [&](const Rank& next, ShapeIndex shape) {
    heads.emplace(left(shape, entry(next.index).estimate), next, shape);
  };
  for (const auto& [shape, line] : lines_.lines()) add(*line.begin(), shape);
  while (!heads.empty()) {
    const auto [_, first, shape] = *heads.begin();
    heads.erase(heads.begin());
    if (!ask(first.index, now, decisions)) continue;
    if (const Rank* next = lines_.after(shape, first)) add(*next, shape);
  }
}

/// Whether it starts, or has its room kept.
bool PreemptiveScheduler::ask(WorkloadIndex index, SimTime now, Decisions& decisions) {
  if (std::optional<PoolPlacement> placement = pool_.place(shape(index), &present_)) {
    admit(index, std::move(*placement), now, decisions);
    return true;
  }
  if (!present_.empty()) {
    if (std::optional<PoolPlacement> placement = pool_.place(shape(index))) {
      waits_for_[index] = evicting_.empty() ? kNoWorkload : *evicting_.begin();
      claims_.push_back({index, std::move(*placement)});
      return true;
    }
  }
  return preempt_for(index, now, decisions);
}

bool PreemptiveScheduler::preempt_for(WorkloadIndex index, SimTime now, Decisions& decisions) {
  std::vector<WorkloadIndex> victims;
  std::optional<PoolPlacement> placement;
  for (const WorkloadIndex victim : preemptable(index, now)) {
    let_go(victim);
    victims.push_back(victim);
    placement = pool_.place(shape(index));
    if (placement) break;
  }
  if (!placement) {
    for (const WorkloadIndex victim : victims) pool_.take(shape(victim), entry(victim).placement);
    return false;
  }
  victims = fill_back(index, *placement, victims);
  for (const WorkloadIndex victim : victims) evict(victim, index, decisions);
  waits_for_[index] = victims.front();
  claims_.push_back({index, std::move(*placement)});
  return true;
}

/// Those who have more left, most first.
std::vector<WorkloadIndex> PreemptiveScheduler::preemptable(WorkloadIndex by, SimTime now) {
  const double least = left(entry(by).shape, entry(by).estimate);
  const SimDuration protected_for = SimDuration::rounded(policy_.minimum_runtime);
  std::vector<std::pair<double, WorkloadIndex>> found;
  for (const auto& [weight, line] : running_) {
    for (const auto& [ends, index] : line) {
      const double more = weight * std::max(ends - now, SimDuration()).seconds().si();
      if (more <= least) break;
      const SimTime from = entry(index).admitted + protected_for;
      if (from > now) {
        wake_ = std::min(wake_, from);
      } else {
        found.emplace_back(more, index);
      }
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<WorkloadIndex> victims;
  for (const auto& [_, victim] : found) victims.push_back(victim);
  return victims;
}

/// Keeps those of the victims without whom there is room as well, least left first. The last one is
/// needed: without it there was none.
std::vector<WorkloadIndex> PreemptiveScheduler::fill_back(
    WorkloadIndex index, PoolPlacement& placement, const std::vector<WorkloadIndex>& victims) {
  std::vector<WorkloadIndex> needed{victims.back()};
  for (auto victim = std::next(victims.rbegin()); victim != victims.rend(); ++victim) {
    pool_.release(shape(index), placement);
    pool_.take(shape(*victim), entry(*victim).placement);
    std::optional<PoolPlacement> without = pool_.place(shape(index));
    if (!without) {
      pool_.release(shape(*victim), entry(*victim).placement);
      needed.push_back(*victim);
      without = pool_.place(shape(index));
      SEXTANT_ASSERT(without, "what had room has none any more");
    }
    placement = std::move(*without);
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

WaitCause PreemptiveScheduler::why(WorkloadIndex index) const {
  const auto claim = waits_for_.find(index);
  if (claim != waits_for_.end()) {
    return {.reason = WaitReason::kPreempting, .other = claim->second};
  }
  const WorkloadIndex first = lines_.line(entry(index).shape).begin()->index;
  if (first == index || waits_for_.count(first) != 0) return shortage(index);
  return {.reason = WaitReason::kBehindOthers, .other = first};
}

}  // namespace sextant
