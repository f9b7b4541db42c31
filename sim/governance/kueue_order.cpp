#include <algorithm>

#include "sim/governance/kueue_entry.h"

namespace sextant::kueue {

HeadOrder::HeadOrder(State& state, std::vector<Entry>& entries) : state_(state) {
  for (Entry& entry : entries) order_.push_back({.entry = &entry});
  if (!state.policy().fair_sharing) {
    sort_classically();
    return;
  }
  of_queue_.assign(state.tree.queue_count(), nullptr);
  for (Contestant& one : order_) of_queue_[static_cast<std::size_t>(one.entry->queue)] = &one;
}

// Who borrows less, from nearer; then priority; then age.
void HeadOrder::sort_classically() {
  const FeatureGates& gates = state_.policy().gates;
  std::stable_sort(order_.begin(), order_.end(), [&](const Contestant& x, const Contestant& y) {
    const Entry& a = *x.entry;
    const Entry& b = *y.entry;
    if (gates.prioritize_preemptor_workloads && a.preemptor != b.preemptor) return a.preemptor;
    if (a.assignment.borrowing != b.assignment.borrowing) {
      return a.assignment.borrowing < b.assignment.borrowing;
    }
    if (gates.priority_sorting_within_cohort && a.shape->priority != b.shape->priority) {
      return a.shape->priority > b.shape->priority;
    }
    return a.order < b.order;
  });
}

Entry* HeadOrder::next() {
  while (next_ < order_.size() && order_[next_].gone) ++next_;
  if (next_ == order_.size()) return nullptr;
  const QuotaNode queue = QuotaTree::node(order_[next_].entry->queue);
  Contestant* chosen = &order_[next_];
  if (state_.policy().fair_sharing && state_.tree.has_parent(queue)) {
    const QuotaNode root = state_.tree.root(queue);
    if (alone(root)) {
      order_[next_].gone = true;
      return order_[next_].entry;
    }
    if (stale_ || judged_ != root) {
      for (Contestant& one : order_) {
        if (!one.gone && state_.tree.root(QuotaTree::node(one.entry->queue)) == root) judge(one);
      }
      judged_ = root;
      stale_ = false;
    }
    chosen = winner(root);
  }
  chosen->gone = true;
  return chosen->entry;
}

// Whether the next one is the last of its tree.
bool HeadOrder::alone(QuotaNode root) const {
  return std::none_of(order_.begin() + static_cast<std::ptrdiff_t>(next_) + 1, order_.end(),
                      [&](const Contestant& one) {
                        return !one.gone &&
                               state_.tree.root(QuotaTree::node(one.entry->queue)) == root;
                      });
}

void HeadOrder::judge(Contestant& contestant) {
  const QuotaUsage& usage = contestant.entry->assignment.usage;
  QuotaNode node = QuotaTree::node(contestant.entry->queue);
  contestant.standings.clear();
  state_.tree.add(node, usage);
  const QuotaNode queue = node;
  for (; state_.tree.has_parent(node); node = state_.tree.parent(node)) {
    contestant.standings.push_back({.cohort = state_.tree.parent(node),
                                    .share = state_.tree.share(node),
                                    .borrows = state_.tree.borrows_any(node, usage)});
  }
  state_.tree.remove(queue, usage);
}

// The best of the winners of the cohorts below and of the queues, or null.
HeadOrder::Contestant* HeadOrder::winner(QuotaNode cohort) {
  Contestant* best = nullptr;
  const auto meet = [&](Contestant* other) {
    if (other == nullptr || other->gone) return;
    if (best == nullptr || less(*other, *best, cohort)) best = other;
  };
  for (const QuotaNode child : state_.tree.child_cohorts(cohort)) meet(winner(child));
  for (const QuotaNode child : state_.tree.child_queues(cohort)) {
    meet(of_queue_[static_cast<std::size_t>(child)]);
  }
  return best;
}

bool HeadOrder::less(const Contestant& a, const Contestant& b, QuotaNode cohort) const {
  const FeatureGates& gates = state_.policy().gates;
  if (gates.prioritize_preemptor_workloads && a.entry->preemptor != b.entry->preemptor) {
    return a.entry->preemptor;
  }
  const auto standing = [&](const Contestant& one) -> const Standing& {
    return *std::find_if(one.standings.begin(), one.standings.end(),
                         [&](const Standing& at) { return at.cohort == cohort; });
  };
  const Standing& x = standing(a);
  const Standing& y = standing(b);
  if (gates.fair_sharing_prioritize_non_borrowing && x.borrows != y.borrows) return y.borrows;
  if (const int shares = compare_shares(x.share, y.share)) return shares < 0;
  if (gates.priority_sorting_within_cohort &&
      a.entry->shape->priority != b.entry->shape->priority) {
    return a.entry->shape->priority > b.entry->shape->priority;
  }
  return a.entry->order < b.entry->order;
}

}  // namespace sextant::kueue
