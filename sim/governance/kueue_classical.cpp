#include <algorithm>
#include <array>

#include "sim/governance/kueue_preemption.h"

namespace sextant::kueue {
namespace {

// Candidates in the order in which they are tried, and whether others than those of the own queue
// are among them.
struct Candidates {
  std::vector<Candidate> ordered;
  bool from_other_queues = false;
  bool with_advantage = false;
};

bool may_borrow_while_preempting(const PreemptionRules& rules) {
  return rules.borrow_within_cohort != BorrowPreemptionPolicy::kNever;
}

// Without a hierarchical advantage, whether the preemptor may end up borrowing depends on the
// candidate's priority.
void classify(const PreemptionRules& rules, const Preemptor& preemptor, bool advantage,
              Candidate& candidate) {
  candidate.reason = EvictionReason::kInCohortReclamation;
  if (advantage) return;
  const std::int32_t priority = candidate.key.priority;
  candidate.only_without_borrowing =
      !may_borrow_while_preempting(rules) || priority >= preemptor.priority ||
      (rules.borrow_max_priority_threshold && priority > *rules.borrow_max_priority_threshold);
  if (!candidate.only_without_borrowing) {
    candidate.reason = EvictionReason::kInCohortReclaimWhileBorrowing;
  }
}

// Walks from the preemptor's queue to the root. From the first subtree whose quota holds what is
// left of the request, it has an advantage over all that lies outside that subtree.
class CohortWalk {
 public:
  CohortWalk(State& state, const Preemptor& preemptor)
      : state_(state),
        preemptor_(preemptor),
        rules_(state.queue(preemptor.queue).preemption),
        left_(*preemptor.usage) {}

  void run(std::vector<Candidate>& with_advantage, std::vector<Candidate>& without) {
    const QuotaTree& tree = state_.tree;
    const QuotaNode own = QuotaTree::node(preemptor_.queue);
    if (!tree.has_parent(own) || rules_.reclaim_within_cohort == ReclaimPolicy::kNever) return;
    bool advantage = holds(own);
    QuotaNode below = own;
    for (QuotaNode node = tree.parent(own); node != kNoNode; node = tree.parent(node)) {
      visit(node, node, below, advantage, advantage ? with_advantage : without);
      advantage = holds(node) || advantage;
      below = node;
    }
  }

 private:
  // Whether the node's quota holds what is left; subtracts what it gives locally.
  bool holds(QuotaNode node) {
    bool fits = true;
    for (QuotaUse& use : left_) {
      if (state_.tree.borrowing_with(node, use.of, use.amount)) fits = false;
      use.amount = std::max<Amount>(
          0, amount_difference(use.amount, state_.tree.local_available(node, use.of)));
    }
    return fits;
  }

  void visit(QuotaNode node, QuotaNode shared, QuotaNode seen, bool advantage,
             std::vector<Candidate>& found) {
    const QuotaTree& tree = state_.tree;
    for (const QuotaNode child : tree.child_cohorts(node)) {
      if (child == seen || within_quota(tree, child, preemptor_.contested)) continue;
      visit(child, shared, seen, advantage, found);
    }
    for (const QuotaNode child : tree.child_queues(node)) {
      const QueueIndex queue = QuotaTree::queue_of(child);
      if (queue == preemptor_.queue || within_quota(tree, child, preemptor_.contested)) continue;
      const std::size_t first = found.size();
      collect_candidates(state_, preemptor_, queue, rules_.reclaim_within_cohort, found);
      for (std::size_t i = first; i < found.size(); ++i) {
        found[i].shared = shared;
        classify(rules_, preemptor_, advantage, found[i]);
      }
    }
  }

  State& state_;
  const Preemptor& preemptor_;
  const PreemptionRules& rules_;
  QuotaUsage left_;
};

Candidates find_candidates(State& state, const Preemptor& preemptor) {
  std::array<std::vector<Candidate>, 3> kinds;  // with an advantage, without, own
  CohortWalk(state, preemptor).run(kinds[0], kinds[1]);
  collect_own_candidates(state, preemptor, kinds[2]);
  Candidates result;
  result.with_advantage = !kinds[0].empty();
  result.from_other_queues = result.with_advantage || !kinds[1].empty();
  for (std::vector<Candidate>& kind : kinds) sort_candidates(kind, state.history.enabled());
  for (const bool evicted : {true, false}) {
    for (const std::vector<Candidate>& kind : kinds) {
      std::copy_if(kind.begin(), kind.end(), std::back_inserter(result.ordered),
                   [&](const Candidate& candidate) { return candidate.evicted == evicted; });
    }
  }
  return result;
}

// Whether what it uses still exceeds the quotas between it and the cohort that both share.
bool still_borrows(const State& state, const Preemptor& preemptor, const Candidate& candidate) {
  const QuotaTree& tree = state.tree;
  for (QuotaNode node = QuotaTree::node(candidate.queue); node != candidate.shared;
       node = tree.parent(node)) {
    if (within_quota(tree, node, preemptor.contested)) return false;
  }
  return true;
}

std::vector<Target> attempt(State& state, const Preemptor& preemptor,
                            const std::vector<Candidate>& candidates, bool borrowing) {
  std::vector<Target> targets;
  for (const Candidate& candidate : candidates) {
    if (!candidate.own) {
      if (borrowing && candidate.only_without_borrowing) continue;
      if (!still_borrows(state, preemptor, candidate)) continue;
    }
    state.lift(candidate.key.workload);
    targets.push_back({candidate.key.workload, candidate.reason});
    if (fits_now(state, preemptor, borrowing)) {
      fill_back(state, preemptor, borrowing, targets);
      return targets;
    }
  }
  put_back(state, targets);
  return {};
}

bool below_nominal(const State& state, const Preemptor& preemptor) {
  const QuotaNode node = QuotaTree::node(preemptor.queue);
  return std::all_of(preemptor.contested.begin(), preemptor.contested.end(),
                     [&](FlavorResource of) {
                       return state.tree.usage(node, of) < state.tree.subtree_quota(node, of);
                     });
}

}  // namespace

std::vector<Target> classical_targets(State& state, const Preemptor& preemptor) {
  const Candidates candidates = find_candidates(state, preemptor);
  if (candidates.ordered.empty()) return {};
  const bool never_borrow = !may_borrow_while_preempting(state.queue(preemptor.queue).preemption);
  std::vector<bool> borrowing{true, false};
  if (!candidates.from_other_queues || (never_borrow && !below_nominal(state, preemptor))) {
    borrowing = {true};
  } else if (never_borrow && !candidates.with_advantage) {
    borrowing = {false, true};
  }
  for (const bool may_borrow : borrowing) {
    std::vector<Target> targets = attempt(state, preemptor, candidates.ordered, may_borrow);
    if (!targets.empty()) return targets;
  }
  return {};
}

}  // namespace sextant::kueue
