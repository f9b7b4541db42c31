// What a cycle comes to: heads are collected, have their turns, and are admitted or queued again.
#include <algorithm>

#include "sim/governance/kueue_engine.h"

namespace sextant::kueue {

Scheduler::Decisions Engine::cycle(SimTime now) {
  state_.now = now;
  Scheduler::Decisions decisions;
  drain(decisions);
  release();
  collect_heads();
  Cycle cycle(state_);
  for (Entry& entry : entries_) nominate(cycle, entry);
  for (Entry* entry : cycle.run(entries_)) {
    Progress& progress = trees_.find(root(entry->queue))->second.progress;
    progress = std::max(progress, settle(*entry, decisions));
  }
  calm_down();
  return decisions;
}

void Engine::collect_heads() {
  entries_.clear();
  for (const QuotaNode root : stirred_) {
    Tree& tree = trees_.find(root)->second;
    ++tree.cycles;
    tree.progress = Progress::kNone;
    for (const QueueIndex queue : tree.queues) {
      if (!state_.active(queue)) continue;
      const std::optional<WorkloadIndex> head = pending(queue).head(state_);
      if (!head) continue;
      const Record& record = state_.record(*head);
      entries_.push_back({.workload = *head,
                          .queue = queue,
                          .shape = &state_.shapes[record.shape],
                          .order = record.order,
                          .preemptor = pending(queue).is_preemptor(*head)});
    }
  }
}

void Engine::nominate(Cycle& cycle, Entry& entry) {
  Tree& tree = trees_.find(root(entry.queue))->second;
  auto tried = tried_.find(entry.workload);
  if (tried != tried_.end() && tree.cycles - tried->second.cycle > 1 &&
      state_.generation(entry.queue) > tried->second.generation) {
    tried = tried_.end();
  }
  state_.spared_until = SimTime::never();
  cycle.nominate(entry, tried == tried_.end() ? nullptr : &tried->second.flavors);
  tree.spared_until = std::min(tree.spared_until, state_.spared_until);
  spared_until_ = std::min(spared_until_, tree.spared_until);
}

Engine::Progress Engine::settle(Entry& entry, Scheduler::Decisions& decisions) {
  PendingQueue& queue = pending(entry.queue);
  if (entry.outcome == Outcome::kAdmitted) {
    admit(entry, decisions);
    return Progress::kChange;
  }
  const bool was_searching = tried_.count(entry.workload) > 0;
  const bool searching = remember_tried(entry);
  const bool parks = state_.queue(entry.queue).strategy == QueueingStrategy::kBestEffortFifo &&
                     !searching &&
                     (entry.outcome == Outcome::kNoFit || entry.outcome == Outcome::kNoCandidates);
  if (parks) {
    queue.park(state_, entry.workload, entry.cause);
    causes_.erase(entry.workload);
    return Progress::kChange;
  }
  causes_[entry.workload] = entry.cause;
  switch (entry.outcome) {
    case Outcome::kPreempting:
    case Outcome::kDeferred: {
      const bool is_new = !queue.is_preemptor(entry.workload);
      queue.set_preemptor(entry.workload);
      if (evict_targets(entry, decisions) || is_new) return Progress::kChange;
      break;
    }
    case Outcome::kBlocked:
      trees_.find(root(entry.queue))->second.blocked = true;
      any_blocked_ = true;
      break;
    case Outcome::kNoFit:
    case Outcome::kNoCandidates:
    case Outcome::kSkipped:
    case Outcome::kAdmitted:
      break;
  }
  return was_searching || searching ? Progress::kSearch : Progress::kNone;
}

bool Engine::remember_tried(const Entry& entry) {
  LastTried flavors = entry.forget_tried ? LastTried{} : last_tried(entry.assignment);
  if (flavors.empty()) {
    tried_.erase(entry.workload);
    return false;
  }
  tried_[entry.workload] = {.flavors = std::move(flavors),
                            .generation = state_.generation(entry.queue),
                            .cycle = trees_.find(root(entry.queue))->second.cycles};
  return true;
}

void Engine::admit(Entry& entry, Scheduler::Decisions& decisions) {
  pending(entry.queue).erase(state_, entry.workload);
  tried_.erase(entry.workload);
  causes_.erase(entry.workload);
  Admission& admission = decisions.admitted.emplace_back();
  admission.workload = entry.workload;
  for (const PodSetChoice& choice : entry.assignment.podsets) {
    PodSetAssignment& podset = admission.podsets.emplace_back();
    podset.count = choice.count;
    for (const ChosenFlavor& chosen : choice.flavors) {
      podset.flavors.push_back({chosen.resource, chosen.flavor});
    }
    podset.nodes = choice.nodes;
  }
  state_.start_running(entry.workload, {.usage = entry.assignment.usage,
                                        .places = places_of(entry.assignment, *entry.shape),
                                        .admitted = state_.now});
  if (state_.history.enabled()) usage_changed();
}

bool Engine::evict_targets(const Entry& entry, Scheduler::Decisions& decisions) {
  if (entry.outcome != Outcome::kPreempting) return false;
  bool any = false;
  for (const Target& target : entry.targets) {
    Record& victim = state_.record(target.workload);
    if (victim.holding->evicted) continue;
    any = true;
    state_.mark_evicted(target.workload);
    if (!state_.policy().gates.priority_sorting_within_cohort &&
        target.reason == EvictionReason::kInCohortReclaimWhileBorrowing) {
      victim.order = state_.now + SimDuration(1'000'000);
    }
    decisions.evicted.push_back(
        {.workload = target.workload, .reason = target.reason, .preemptor = entry.workload});
  }
  return any;
}

void Engine::calm_down() {
  std::erase_if(stirred_, [&](QuotaNode root) {
    Tree& tree = trees_.find(root)->second;
    if (tree.progress == Progress::kChange) tree.fruitless = 0;
    const bool over = tree.progress == Progress::kNone ||
                      (tree.progress == Progress::kSearch && ++tree.fruitless > 2 * most_flavors_);
    return over || !has_head(tree);
  });
}

}  // namespace sextant::kueue
