#include <algorithm>

#include "sim/governance/kueue_preemption.h"

namespace sextant::kueue {
namespace {

// The queues to take candidates from: from the root down, the child that has the largest share and
// candidates left; of equal shares a cohort before a queue, and the queue whose first candidate
// comes first. Shares change as candidates go, so each call looks again.
class TargetQueues {
 public:
  TargetQueues(const State& state, QueueIndex preemptor, const std::vector<Candidate>& candidates)
      : state_(state), own_(QuotaTree::node(preemptor)) {
    for (const Candidate& candidate : candidates) lines_.push_back(&candidate);
    std::stable_sort(lines_.begin(), lines_.end(),
                     [](const Candidate* a, const Candidate* b) { return a->queue < b->queue; });
    for (std::size_t i = 0; i < lines_.size();) {
      std::size_t end = i;
      while (end < lines_.size() && lines_[end]->queue == lines_[i]->queue) {
        ++end;
      }
      queues_.push_back({.node = QuotaTree::node(lines_[i]->queue), .next = i, .end = end});
      i = end;
    }
  }

  // None: there are no more. The caller takes a candidate of it, or drops it.
  std::optional<QuotaNode> next() {
    const QuotaTree& tree = state_.tree;
    if (!tree.has_parent(own_)) {
      return dropped(own_) || !has_candidates(own_) ? std::nullopt : std::optional(own_);
    }
    const QuotaNode root = tree.root(own_);
    while (!dropped(root)) {
      if (const std::optional<QuotaNode> found = descend(root)) return found;
    }
    return std::nullopt;
  }

  bool has_candidates(QuotaNode queue) const {
    const Waiting* waiting = find(queue);
    return waiting != nullptr && waiting->next < waiting->end;
  }
  const Candidate& take(QuotaNode queue) {
    Waiting& waiting = queues_[static_cast<std::size_t>(find(queue) - queues_.data())];
    return *lines_[waiting.next++];
  }
  void drop(QuotaNode node) {
    if (!dropped(node)) dropped_.push_back(node);
  }

 private:
  struct Choice {
    QuotaNode node = kNoNode;
    Share share = lowest_share();
  };

  /// Where the candidates of a queue stand in lines_.
  struct Waiting {
    QuotaNode node = kNoNode;
    std::size_t next = 0;
    std::size_t end = 0;
  };

  bool dropped(QuotaNode node) const {
    return std::find(dropped_.begin(), dropped_.end(), node) != dropped_.end();
  }
  const Waiting* find(QuotaNode queue) const {
    const auto found = std::lower_bound(queues_.begin(), queues_.end(), queue,
                                        [](const Waiting& a, QuotaNode b) { return a.node < b; });
    return found != queues_.end() && found->node == queue ? &*found : nullptr;
  }
  const Candidate& first(QuotaNode queue) const { return *lines_[find(queue)->next]; }

  bool above_preemptor(QuotaNode cohort) const {
    for (QuotaNode node = own_; node != kNoNode; node = state_.tree.parent(node)) {
      if (node == cohort) return true;
    }
    return false;
  }

  // None: something was dropped meanwhile, look again.
  std::optional<QuotaNode> descend(QuotaNode cohort) {
    const Choice queue = best_queue(cohort);
    const Choice below = best_cohort(cohort);
    if (queue.node == kNoNode && below.node == kNoNode) {
      drop(cohort);
      return std::nullopt;
    }
    if (compare_shares(below.share, queue.share) >= 0) return descend(below.node);
    return queue.node;
  }

  Choice best_queue(QuotaNode cohort) {
    Choice best;
    for (const QuotaNode node : state_.tree.child_queues(cohort)) {
      if (dropped(node) || !state_.active(QuotaTree::queue_of(node))) continue;
      if (!has_candidates(node)) {
        drop(node);
        continue;
      }
      const Share share = state_.tree.share(node);
      if (!share.borrowing && node != own_) {
        drop(node);
        continue;
      }
      const int order = compare_shares(share, best.share);
      if (order > 0 || (order == 0 && comes_first(first(node), first(best.node)))) {
        best = {node, share};
      }
    }
    return best;
  }

  Choice best_cohort(QuotaNode cohort) {
    Choice best;
    for (const QuotaNode node : state_.tree.child_cohorts(cohort)) {
      if (dropped(node)) continue;
      const Share share = state_.tree.share(node);
      if (!share.borrowing && !above_preemptor(node)) {
        drop(node);
      } else if (compare_shares(share, best.share) >= 0) {
        best = {node, share};
      }
    }
    return best;
  }

  const State& state_;
  QuotaNode own_;
  std::vector<const Candidate*> lines_;  ///< by queue, in their order
  std::vector<Waiting> queues_;
  std::vector<QuotaNode> dropped_;
};

// One search for victims. The preemptor's request counts as its queue's usage all the while.
class FairSearch {
 public:
  FairSearch(State& state, const Preemptor& preemptor) : state_(state), preemptor_(preemptor) {}

  std::vector<Target> run() {
    const std::vector<Candidate> candidates = find();
    if (candidates.empty()) return {};
    state_.add_usage(preemptor_.queue, *preemptor_.usage, {});
    const std::vector<FairPreemptionStrategy>& strategies = state_.policy().fair_strategies;
    bool fits = first_pass(candidates, strategies.front());
    if (!fits && strategies.size() > 1) fits = second_pass();
    state_.remove_usage(preemptor_.queue, *preemptor_.usage, {});
    if (fits) {
      fill_back(state_, preemptor_, true, targets_);
    } else {
      put_back(state_, targets_);
      targets_.clear();
    }
    return std::move(targets_);
  }

 private:
  std::vector<Candidate> find() {
    const QuotaTree& tree = state_.tree;
    const QuotaNode own = QuotaTree::node(preemptor_.queue);
    std::vector<Candidate> found;
    collect_own_candidates(state_, preemptor_, found);
    const ReclaimPolicy reclaim = state_.queue(preemptor_.queue).preemption.reclaim_within_cohort;
    if (tree.has_parent(own) && reclaim != ReclaimPolicy::kNever) {
      collect_below(tree.root(own), own, reclaim, found);
    }
    sort_candidates(found, state_.history.enabled());
    return found;
  }

  void collect_below(QuotaNode cohort, QuotaNode own, ReclaimPolicy reclaim,
                     std::vector<Candidate>& found) {
    for (const QuotaNode node : state_.tree.child_queues(cohort)) {
      if (node == own || within_quota(state_.tree, node, preemptor_.contested)) continue;
      collect_candidates(state_, preemptor_, QuotaTree::queue_of(node), reclaim, found);
    }
    for (const QuotaNode node : state_.tree.child_cohorts(cohort)) {
      collect_below(node, own, reclaim, found);
    }
  }

  // Evicts it. True: now the preemptor fits.
  bool evict(const Candidate& candidate, EvictionReason reason) {
    state_.lift(candidate.key.workload);
    targets_.push_back({candidate.key.workload, reason});
    state_.remove_usage(preemptor_.queue, *preemptor_.usage, {});
    const bool fits = fits_now(state_, preemptor_, true);
    state_.add_usage(preemptor_.queue, *preemptor_.usage, {});
    return fits;
  }

  bool first_pass(const std::vector<Candidate>& candidates, FairPreemptionStrategy strategy) {
    const bool entitled =
        state_.policy().gates.fair_sharing_preempt_within_nominal &&
        within_quota(state_.tree, QuotaTree::node(preemptor_.queue), preemptor_.contested);
    TargetQueues queues(state_, preemptor_.queue, candidates);
    while (const std::optional<QuotaNode> queue = queues.next()) {
      if (*queue == QuotaTree::node(preemptor_.queue)) {
        if (evict(queues.take(*queue), EvictionReason::kInClusterQueue)) return true;
      } else if (entitled) {
        if (evict(queues.take(*queue), EvictionReason::kInCohortReclamation)) return true;
      } else if (take_by_share(queues, *queue, strategy)) {
        return true;
      }
    }
    return false;
  }

  // Of a queue, the first candidate that the strategy allows; those before it may be tried again.
  bool take_by_share(TargetQueues& queues, QuotaNode queue, FairPreemptionStrategy strategy) {
    const auto [own_side, other_side] = below_shared(queue);
    const Share own = state_.tree.share(own_side);
    const Share before = state_.tree.share(other_side);
    // Removal only lowers a share: both strategies fail for all of them.
    const bool hopeless = compare_shares(own, before) > 0;
    while (queues.has_candidates(queue)) {
      const Candidate& candidate = queues.take(queue);
      if (!hopeless && allowed(own, before, candidate, other_side, strategy)) {
        return evict(candidate, EvictionReason::kInCohortFairSharing);
      }
      again_.push_back(candidate);
    }
    return false;
  }

  bool allowed(const Share& own, const Share& before, const Candidate& candidate,
               QuotaNode other_side, FairPreemptionStrategy strategy) {
    if (strategy == FairPreemptionStrategy::kLessThanInitialShare) {
      return compare_shares(own, before) < 0;
    }
    state_.lift(candidate.key.workload);
    const Share after = state_.tree.share(other_side);
    state_.put_back(candidate.key.workload);
    return compare_shares(own, after) <= 0;
  }

  // Rule S2-b, once for each queue.
  bool second_pass() {
    TargetQueues queues(state_, preemptor_.queue, again_);
    while (const std::optional<QuotaNode> queue = queues.next()) {
      const auto [own_side, other_side] = below_shared(*queue);
      const bool less =
          compare_shares(state_.tree.share(own_side), state_.tree.share(other_side)) < 0;
      const Candidate& candidate = queues.take(*queue);
      if (less && evict(candidate, EvictionReason::kInCohortFairSharing)) return true;
      queues.drop(*queue);
    }
    return false;
  }

  // The two children of the lowest cohort of both queues that lead to the preemptor and to `queue`.
  std::pair<QuotaNode, QuotaNode> below_shared(QuotaNode queue) const {
    const QuotaTree& tree = state_.tree;
    const QuotaNode own = QuotaTree::node(preemptor_.queue);
    for (QuotaNode other = queue;; other = tree.parent(other)) {
      for (QuotaNode mine = own; tree.has_parent(mine); mine = tree.parent(mine)) {
        if (tree.parent(mine) == tree.parent(other)) return {mine, other};
      }
    }
  }

  State& state_;
  const Preemptor& preemptor_;
  std::vector<Target> targets_;
  std::vector<Candidate> again_;
};

}  // namespace

std::vector<Target> fair_targets(State& state, const Preemptor& preemptor) {
  return FairSearch(state, preemptor).run();
}

}  // namespace sextant::kueue
