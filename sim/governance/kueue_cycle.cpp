#include <algorithm>

#include "sim/governance/kueue_entry.h"

namespace sextant::kueue {
namespace {

QuotaUsage without_nothing(QuotaUsage usage) {
  std::erase_if(usage, [](const QuotaUse& use) { return use.amount == 0; });
  return usage;
}

}  // namespace

void Cycle::nominate(Entry& entry, const LastTried* tried) {
  assign(entry,
         {.queue = entry.queue, .shape = entry.shape, .order = entry.order, .last_tried = tried});
}

std::vector<Entry*> Cycle::run(std::vector<Entry>& entries) {
  std::vector<Entry*> turns;
  HeadOrder order(state_, entries);
  order_ = &order;
  bool blocked = false;
  while (Entry* entry = order.next()) {
    turns.push_back(entry);
    if (blocked) {
      entry->outcome = Outcome::kBlocked;
      entry->cause = {.reason = WaitReason::kPodsNotReady};
      continue;
    }
    process(*entry);
    blocked = entry->outcome == Outcome::kBlocked;
  }
  give_back();
  return turns;
}

// All pods, or else as many as can be admitted.
void Cycle::assign(Entry& entry, const FlavorQuestion& question) {
  entry.assignment = assign_flavors(state_, question, {});
  entry.targets.clear();
  if (entry.assignment.mode == Mode::kPreempt) {
    entry.targets = find_targets(question, entry.assignment);
  }
  if (entry.assignment.mode != Mode::kFit && entry.targets.empty() && entry.shape->partial &&
      state_.policy().gates.partial_admission) {
    assign_partially(entry, question);
  }
  place_for_later(entry, question);
}

// Kueue, podset_reducer.go: a binary search for the fewest pods given up, in equal proportion of
// what each set can give up.
void Cycle::assign_partially(Entry& entry, const FlavorQuestion& question) {
  const std::vector<PodSet>& podsets = question.shape->podsets;
  std::vector<std::int64_t> spare;
  std::int64_t total = 0;
  for (const PodSet& podset : podsets) {
    spare.push_back(podset.count - podset.min_count.value_or(podset.count));
    total += spare.back();
  }
  if (total == 0) return;
  std::int64_t low = 0;
  std::int64_t high = total + 1;
  std::int64_t found_at = -1;
  Assignment found;
  std::vector<Target> targets;
  while (low < high) {
    const std::int64_t middle = (low + high) / 2;
    std::vector<int> counts;
    for (std::size_t i = 0; i < podsets.size(); ++i) {
      counts.push_back(static_cast<int>(podsets[i].count - spare[i] * middle / total));
    }
    Assignment reduced = assign_flavors(state_, question, counts);
    std::vector<Target> victims;
    if (reduced.mode == Mode::kPreempt) victims = find_targets(question, reduced);
    if (reduced.mode == Mode::kFit || !victims.empty()) {
      found_at = middle;
      found = std::move(reduced);
      targets = std::move(victims);
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  if (found_at != low) return;
  entry.assignment = std::move(found);
  entry.targets = std::move(targets);
}

std::vector<Target> Cycle::find_targets(const FlavorQuestion& question,
                                        const Assignment& assignment) {
  const std::vector<PodSetPlacement> places = wanted_places(state_, question, assignment);
  if (assignment.targets && places.empty()) return *assignment.targets;
  const QuotaUsage usage = without_nothing(assignment.usage);
  const std::vector<FlavorResource> needed = contested(state_, assignment);
  return preemption_targets(state_, {.queue = question.queue,
                                     .priority = question.shape->priority,
                                     .order = question.order,
                                     .usage = &usage,
                                     .contested = needed,
                                     .places = places});
}

// Who waits for room on nodes keeps that room in this cycle: where its victims are, or, without
// victims, where it would be in an empty cluster.
void Cycle::place_for_later(Entry& entry, const FlavorQuestion& question) {
  if (entry.assignment.mode != Mode::kPreempt) return;
  const std::vector<PodSetPlacement> wanted = wanted_places(state_, question, entry.assignment);
  if (wanted.empty()) return;
  for (const Target& target : entry.targets) state_.lift(target.workload);
  PlacementResult found = find_places(state_, wanted, entry.targets.empty());
  put_back(state_, entry.targets);
  take_places(entry.assignment, std::move(found));
}

void Cycle::process(Entry& entry) {
  entry.cause = entry.assignment.cause;
  if (entry.assignment.mode == Mode::kNoFit) {
    entry.outcome = Outcome::kNoFit;
    return;
  }
  const Fit fit = reconsider(entry, fits(entry));
  const Mode mode = entry.assignment.mode;
  entry.cause = entry.assignment.cause;
  if (mode == Mode::kNoFit) {
    entry.outcome = Outcome::kNoFit;
    return;
  }
  if (mode == Mode::kPreempt && entry.targets.empty()) {
    entry.outcome = Outcome::kNoCandidates;
    reserve(entry);
    return;
  }
  if (mode == Mode::kDeferredFit) {
    entry.outcome = Outcome::kDeferred;
    entry.cause = {.reason = WaitReason::kPreempting, .other = *victims_.begin()};
    entry.forget_tried = true;
    take(entry.queue, entry.assignment.usage, places_of(entry.assignment, *entry.shape));
    return;
  }
  if (overlaps(entry) || fit != Fit::kOk) return lose(entry);
  for (const Target& target : entry.targets) victims_.insert(target.workload);
  take(entry.queue, entry.assignment.usage, places_of(entry.assignment, *entry.shape));
  if (mode == Mode::kPreempt) {
    entry.outcome = Outcome::kPreempting;
    entry.cause = {.reason = WaitReason::kPreempting, .other = entry.targets.front().workload};
    entry.forget_tried = true;
    return;
  }
  if (pods_not_ready()) {
    entry.outcome = Outcome::kBlocked;
    entry.cause = {.reason = WaitReason::kPodsNotReady};
    return;
  }
  entry.outcome = Outcome::kAdmitted;
  ++admitted_;
}

void Cycle::lose(Entry& entry) {
  entry.outcome = Outcome::kSkipped;
  entry.cause = {.reason = WaitReason::kLostTheCycle};
  if (reserved_for_ != kNoWorkload) {
    entry.cause = {.reason = WaitReason::kReserved, .other = reserved_for_};
  }
}

// Whether it fits beside those before it, once all victims until now and its own are gone.
Cycle::Fit Cycle::fits(const Entry& entry) {
  std::set<WorkloadIndex> gone = victims_;
  for (const Target& target : entry.targets) gone.insert(target.workload);
  for (const WorkloadIndex victim : gone) state_.lift(victim);
  const QuotaNode node = QuotaTree::node(entry.queue);
  Fit fit = Fit::kOk;
  for (const QuotaUse& use : entry.assignment.usage) {
    if (use.amount > std::max<Amount>(0, state_.tree.available(node, use.of))) {
      fit = Fit::kNoQuota;
    }
  }
  if (fit == Fit::kOk) {
    for (const PlacedPods& placed : places_of(entry.assignment, *entry.shape)) {
      if (!state_.topologies[static_cast<std::size_t>(placed.flavor)].fits(placed)) {
        fit = Fit::kNoPlaces;
      }
    }
  }
  for (const WorkloadIndex victim : gone) state_.put_back(victim);
  return fit;
}

bool Cycle::overlaps(const Entry& entry) const {
  return std::any_of(entry.targets.begin(), entry.targets.end(),
                     [&](const Target& target) { return victims_.count(target.workload) > 0; });
}

// Where its victims are already those of another, or its nodes have gone to another, it looks
// again, for the same flavors.
Cycle::Fit Cycle::reconsider(Entry& entry, Fit fit) {
  if (overlaps(entry) && state_.policy().gates.recompute_assignment_upon_overlap) {
    for (const WorkloadIndex victim : victims_) {
      state_.lift(victim);
      state_.record(victim).holding->set_aside = true;
    }
    assign_again(entry);
    for (const WorkloadIndex victim : victims_) {
      state_.record(victim).holding->set_aside = false;
      state_.put_back(victim);
    }
    if (entry.assignment.mode == Mode::kFit) set_mode(entry.assignment, Mode::kDeferredFit);
    return fits(entry);
  }
  if (fit != Fit::kNoPlaces) return fit;
  assign_again(entry);
  return fits(entry);
}

void Cycle::assign_again(Entry& entry) {
  const Assignment before = std::move(entry.assignment);
  assign(
      entry,
      {.queue = entry.queue, .shape = entry.shape, .order = entry.order, .keep_flavors = &before});
}

void Cycle::take(QueueIndex queue, QuotaUsage usage, TopologyUsage places) {
  state_.add_usage(queue, usage, places);
  taken_.push_back({queue, std::move(usage), std::move(places)});
  order_->usage_changed();
}

// What cannot always be reclaimed is kept for who waits for it, within what it may borrow.
void Cycle::reserve(const Entry& entry) {
  const PreemptionRules& rules = state_.queue(entry.queue).preemption;
  const bool preemptor = state_.policy().gates.prioritize_preemptor_workloads && entry.preemptor;
  if (rules.reclaim_within_cohort == ReclaimPolicy::kAny && !preemptor) return;
  const QuotaNode node = QuotaTree::node(entry.queue);
  QuotaUsage kept;
  for (const QuotaUse& use : entry.assignment.usage) {
    const Amount nominal = state_.tree.subtree_quota(node, use.of);
    const Amount used = state_.tree.usage(node, use.of);
    const std::optional<Amount> limit = state_.tree.borrowing_limit(node, use.of);
    Amount amount = use.amount;
    if (entry.assignment.borrowing == 0) {
      amount = std::max<Amount>(0, std::min(amount, amount_difference(nominal, used)));
    } else if (limit) {
      amount = std::min(amount, amount_difference(amount_sum(nominal, *limit), used));
    }
    if (amount < 0) {
      // Above its limit, as after a cut of quota: Kueue then counts less for the queue alone.
      state_.tree.add_to_one(node, use.of, amount);
      own_only_.push_back({node, {use.of, amount}});
      continue;
    }
    kept.push_back({use.of, amount});
  }
  take(entry.queue, std::move(kept), places_of(entry.assignment, *entry.shape));
  reserved_for_ = entry.workload;
}

bool Cycle::pods_not_ready() const {
  const std::optional<WaitForPodsReady>& wait = state_.policy().wait_for_pods_ready;
  return wait && wait->block_admission && (state_.not_ready() > 0 || admitted_ > 0);
}

void Cycle::give_back() {
  for (const auto& [node, use] : own_only_) state_.tree.add_to_one(node, use.of, -use.amount);
  for (auto taken = taken_.rbegin(); taken != taken_.rend(); ++taken) {
    state_.remove_usage(taken->queue, taken->usage, taken->places);
  }
}

}  // namespace sextant::kueue
