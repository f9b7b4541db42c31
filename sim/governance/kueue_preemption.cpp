#include "sim/governance/kueue_preemption.h"

#include <algorithm>
#include <map>

namespace sextant::kueue {
namespace {

bool uses(const Holding& holding, std::span<const FlavorResource> contested) {
  return std::any_of(holding.usage.begin(), holding.usage.end(), [&](const QuotaUse& use) {
    return std::find(contested.begin(), contested.end(), use.of) != contested.end();
  });
}

// Whether its minimum runtime protects it; notes when that ends.
bool spared(State& state, const Holding& holding) {
  if (holding.evicted || state.policy().minimum_runtime.si() <= 0) return false;
  const SimTime until = holding.admitted + SimDuration::rounded(state.policy().minimum_runtime);
  if (until <= state.now) return false;
  state.spared_until = std::min(state.spared_until, until);
  return true;
}

bool allowed(WithinQueuePolicy policy, const Preemptor& preemptor, const Record& candidate) {
  if (candidate.priority < preemptor.priority) return true;
  return policy == WithinQueuePolicy::kLowerOrNewerEqualPriority &&
         candidate.priority == preemptor.priority && preemptor.order < candidate.order;
}

// Takes from a set in its order until the first whose priority is above `highest`.
template <class Allowed>
void collect(State& state, const Preemptor& preemptor, QueueIndex queue, std::int64_t highest,
             Allowed allowed_to, std::vector<Candidate>& found) {
  const RunningSet& running = state.running(queue);
  const auto take = [&](const std::set<RunningKey>& set, bool evicted) {
    for (const RunningKey& key : set) {
      if (key.priority > highest) break;
      const Record& record = state.record(key.workload);
      const Holding& holding = *record.holding;
      if (holding.set_aside || !allowed_to(record) || !uses(holding, preemptor.contested)) continue;
      if (spared(state, holding)) continue;
      found.push_back({.key = key,
                       .queue = queue,
                       .evicted = evicted,
                       .own = queue == preemptor.queue,
                       .local_usage = state.queue(queue).admission_fair_sharing
                                          ? state.history.usage(record.local_queue)
                                          : 0});
    }
  };
  take(running.evicted, true);
  take(running.staying, false);
}

}  // namespace

bool comes_first(const Candidate& a, const Candidate& b) {
  if (a.evicted != b.evicted) return a.evicted;
  if (a.own != b.own) return b.own;
  return a.key < b.key;
}

void sort_candidates(std::vector<Candidate>& candidates, bool by_local_usage) {
  std::sort(candidates.begin(), candidates.end(), comes_first);
  if (!by_local_usage) return;
  // Within a queue, those come first whose local queue has used more: they take the places that the
  // queue's candidates have among all.
  std::map<std::pair<bool, QueueIndex>, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    places[{candidates[i].evicted, candidates[i].queue}].push_back(i);
  }
  const std::vector<Candidate> before = candidates;
  for (const auto& [queue, taken] : places) {
    std::vector<std::size_t> order = taken;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return before[a].local_usage > before[b].local_usage;
    });
    for (std::size_t i = 0; i < taken.size(); ++i) candidates[taken[i]] = before[order[i]];
  }
}

void collect_candidates(State& state, const Preemptor& preemptor, QueueIndex queue,
                        ReclaimPolicy policy, std::vector<Candidate>& found) {
  if (policy == ReclaimPolicy::kNever || !state.active(queue)) return;
  const std::int64_t highest = policy == ReclaimPolicy::kAny
                                   ? std::numeric_limits<std::int64_t>::max()
                                   : std::int64_t{preemptor.priority} - 1;
  collect(
      state, preemptor, queue, highest, [](const Record&) { return true; }, found);
}

void collect_own_candidates(State& state, const Preemptor& preemptor,
                            std::vector<Candidate>& found) {
  const WithinQueuePolicy policy = state.queue(preemptor.queue).preemption.within_queue;
  if (policy == WithinQueuePolicy::kNever) return;
  collect(
      state, preemptor, preemptor.queue, preemptor.priority,
      [&](const Record& candidate) { return allowed(policy, preemptor, candidate); }, found);
}

bool within_quota(const QuotaTree& tree, QuotaNode node,
                  std::span<const FlavorResource> contested) {
  return std::none_of(contested.begin(), contested.end(),
                      [&](FlavorResource of) { return tree.borrowing_with(node, of, 0); });
}

bool fits_now(const State& state, const Preemptor& preemptor, bool borrowing) {
  const QuotaNode node = QuotaTree::node(preemptor.queue);
  for (const QuotaUse& use : *preemptor.usage) {
    if (!borrowing && state.tree.borrowing_with(node, use.of, use.amount)) return false;
    if (use.amount > std::max<Amount>(0, state.tree.available(node, use.of))) return false;
  }
  return preemptor.places.empty() || find_places(state, preemptor.places, false).ok();
}

void fill_back(State& state, const Preemptor& preemptor, bool borrowing,
               std::vector<Target>& targets) {
  for (std::size_t i = targets.size(); i-- > 1;) {
    const std::size_t kept = i - 1;
    state.put_back(targets[kept].workload);
    if (fits_now(state, preemptor, borrowing)) {
      targets[kept] = targets.back();
      targets.pop_back();
    } else {
      state.lift(targets[kept].workload);
    }
  }
  put_back(state, targets);
}

void put_back(State& state, const std::vector<Target>& targets) {
  for (const Target& target : targets) state.put_back(target.workload);
}

std::vector<Target> preemption_targets(State& state, const Preemptor& preemptor) {
  return state.policy().fair_sharing ? fair_targets(state, preemptor)
                                     : classical_targets(state, preemptor);
}

Simulation simulate_preemption(State& state, const Preemptor& preemptor, FlavorResource of,
                               Amount amount) {
  const QuotaUsage usage{{of, amount}};
  Preemptor alone = preemptor;
  alone.usage = &usage;
  alone.contested = {&usage.front().of, 1};
  alone.places = {};
  Simulation result{.targets = preemption_targets(state, alone)};
  for (const Target& target : result.targets) state.lift(target.workload);
  result.borrowing = state.tree.lowest_fit(QuotaTree::node(preemptor.queue), of, amount).height;
  put_back(state, result.targets);
  if (result.targets.empty()) return result;
  const bool own = std::any_of(
      result.targets.begin(), result.targets.end(),
      [&](const Target& target) { return state.record(target.workload).queue == preemptor.queue; });
  result.possibility = own ? Possibility::kPreempt : Possibility::kReclaim;
  return result;
}

}  // namespace sextant::kueue
