#include "sextant/governance/kueue_scheduler.h"

#include <algorithm>
#include <map>
#include <set>

#include "sextant/kernel/assert.h"
#include "sim/governance/kueue_entry.h"
#include "sim/governance/kueue_queues.h"

namespace sextant {

using kueue::Cycle;
using kueue::Entry;
using kueue::Holding;
using kueue::LastTried;
using kueue::Outcome;
using kueue::PendingQueue;
using kueue::Phase;
using kueue::Record;
using kueue::State;

/// Who is pending, where, and which cohorts a cycle should look at. A cohort in which a cycle
/// changed nothing is left alone until something happens in it.
class KueueScheduler::Engine {
 public:
  explicit Engine(const AdmissionPolicy& policy) : state_(policy) {
    for (const AdmissionQueue& queue : policy.queues) {
      queues_.emplace_back(queue.strategy == QueueingStrategy::kBestEffortFifo);
      for (const ResourceGroup& group : queue.groups) {
        most_flavors_ = std::max(most_flavors_, static_cast<int>(group.flavors.size()));
      }
    }
    for (std::size_t i = 0; i < policy.queues.size(); ++i) {
      const QueueIndex queue{static_cast<std::uint32_t>(i)};
      trees_[root(queue)].queues.push_back(queue);
      if (policy.queues[i].stop == StopPolicy::kHoldAndDrain) drained_.push_back(queue);
      if (policy.queues[i].admission_fair_sharing) in_turns_.push_back(queue);
    }
  }

  State& state() { return state_; }
  const State& state() const { return state_; }

  void submit(WorkloadIndex index, Workload workload, SimTime now) {
    state_.now = now;
    take(index, std::move(workload));
    const Record& record = state_.record(index);
    if (record.local_queue >= 0 &&
        state_.policy().local_queues[static_cast<std::size_t>(record.local_queue)].stop !=
            StopPolicy::kNone) {
      state_.record(index).phase = Phase::kHeld;
    } else {
      enqueue(index);
    }
  }

  void restore(WorkloadIndex index, Workload workload, const std::vector<PodSetAssignment>& podsets,
               SimTime admitted, bool evicted) {
    take(index, std::move(workload));
    const Record& record = state_.record(index);
    const kueue::Shape& shape = state_.shapes[record.shape];
    Holding holding{
        .admitted = admitted, .evicted_at = admitted, .evicted = evicted, .ready = true};
    for (std::size_t i = 0; i < podsets.size(); ++i) {
      const PodSet& podset = shape.podsets[i];
      for (const PodSetAssignment::Flavor& given : podsets[i].flavors) {
        for (const ResourceAmount& one : podset.per_pod) {
          if (one.resource != given.resource) continue;
          accumulate(holding.usage, state_.tree.key(given.flavor, given.resource),
                     amount_product(one.amount, podsets[i].count));
        }
      }
      for (const PodsOnNode& on : podsets[i].nodes) {
        holding.places.push_back({.flavor = podsets[i].flavors.front().flavor,
                                  .node = on.node,
                                  .pods = on.pods,
                                  .per_pod = &podset.per_pod});
      }
    }
    state_.start_running(index, std::move(holding));
  }

  void remove(WorkloadIndex index, SimTime now) {
    state_.now = now;
    Record& record = state_.record(index);
    const QueueIndex queue = record.queue;
    switch (record.phase) {
      case Phase::kPending:
        pending(queue).erase(state_, index);
        break;
      case Phase::kBackoff:
        backoff_.erase({record.not_before, index});
        break;
      case Phase::kRunning:
        state_.stop_running(index);
        break;
      case Phase::kHeld:
        break;
      case Phase::kAbsent:
        SEXTANT_ASSERT(false, "workload {} is not known", static_cast<std::size_t>(index));
    }
    tried_.erase(index);
    causes_.erase(index);
    state_.shapes.give_back(record.shape);
    record = {};
    wake(root(queue));
    pods_may_be_ready();
  }

  void requeue(WorkloadIndex index, EvictionReason reason, SimTime now, SimTime not_before) {
    state_.now = now;
    Record& record = state_.record(index);
    SEXTANT_ASSERT(record.phase == Phase::kRunning, "workload {} holds no quota",
                   static_cast<std::size_t>(index));
    if (reason == EvictionReason::kPodsReadyTimeout) {
      record.order = record.holding->evicted ? record.holding->evicted_at : now;
    }
    state_.stop_running(index);
    record.not_before = not_before;
    if (not_before > now) {
      record.phase = Phase::kBackoff;
      backoff_.insert({not_before, index});
    } else {
      enqueue(index);
    }
    wake(root(record.queue));
    pods_may_be_ready();
  }

  void evicting(WorkloadIndex index, SimTime now) {
    state_.now = now;
    state_.mark_evicted(index);
    stir(root(state_.record(index).queue));
  }

  void set_pods_ready(WorkloadIndex index, bool ready, SimTime now) {
    state_.now = now;
    state_.mark_ready(index, ready);
    pods_may_be_ready();
  }

  void set_node(FlavorIndex flavor, int node, bool there, SimTime now) {
    state_.now = now;
    kueue::TopologyFlavor& topology = state_.topologies[static_cast<std::size_t>(flavor)];
    if (!topology.aware()) return;
    topology.set_node(node, there);
    for (const auto& [root, tree] : trees_) wake(root);
  }

  void set_nominal(const std::string& name, FlavorIndex flavor, ResourceIndex resource,
                   Amount nominal, SimTime now) {
    state_.now = now;
    const std::optional<QuotaNode> node = state_.tree.find(name);
    SEXTANT_ASSERT(node.has_value(), "no queue or cohort is called {}", name);
    state_.tree.set_nominal(*node, state_.tree.key(flavor, resource), nominal);
    wake(state_.tree.root(*node));
  }

  Decisions cycle(SimTime now) {
    state_.now = now;
    Decisions decisions;
    drain(decisions);
    release();
    collect_heads();
    Cycle cycle(state_);
    for (Entry& entry : entries_) nominate(cycle, entry);
    std::set<QuotaNode> changed;
    for (Entry* entry : cycle.run(entries_)) {
      if (settle(*entry, decisions)) changed.insert(root(entry->queue));
    }
    calm_down(changed);
    return decisions;
  }

  bool wants_cycle(SimTime now) const {
    if (!stirred_.empty()) return true;
    return next_wake() <= now;
  }

  SimTime next_wake() const {
    SimTime next = backoff_.empty() ? SimTime::never() : backoff_.begin()->first;
    next = std::min(next, spared_until_);
    const bool takes_turns = state_.history.enabled() &&
                             std::any_of(in_turns_.begin(), in_turns_.end(), [&](QueueIndex queue) {
                               return !queues_[static_cast<std::size_t>(queue)].empty();
                             });
    return takes_turns ? std::min(next, state_.history.next_sample()) : next;
  }

  WaitCause why_waiting(WorkloadIndex index) const {
    const Record& record = state_.record(index);
    if (record.phase == Phase::kBackoff) return {.reason = WaitReason::kBackoff};
    if (record.phase == Phase::kHeld || !state_.active(record.queue)) {
      return {.reason = WaitReason::kQueueStopped};
    }
    if (record.phase != Phase::kPending) return {};
    const PendingQueue& queue = queues_[static_cast<std::size_t>(record.queue)];
    if (const std::optional<WaitCause> parked = queue.parked_cause(state_, index)) return *parked;
    const std::optional<WorkloadIndex> head = queue.head(state_);
    if (head && *head != index) return {.reason = WaitReason::kBehindOthers, .other = *head};
    const auto cause = causes_.find(index);
    return cause == causes_.end() ? WaitCause{} : cause->second;
  }

  bool parked(WorkloadIndex index) const {
    const Record& record = state_.record(index);
    if (record.phase == Phase::kBackoff) return true;
    return record.phase == Phase::kPending &&
           queues_[static_cast<std::size_t>(record.queue)].parked_cause(state_, index).has_value();
  }

 private:
  /// A tree of cohorts, or a queue without one.
  struct Tree {
    std::vector<QueueIndex> queues;
    std::int64_t cycles = 0;
    int fruitless = 0;  ///< cycles that only went on to other flavors
    SimTime spared_until = SimTime::never();
    bool blocked = false;  ///< waits for pods to be ready
  };
  /// Where a search for flavors goes on (Kueue, lastAssignmentOutdated in scheduler.go).
  struct Tried {
    LastTried flavors;
    std::int64_t generation = 0;
    std::int64_t cycle = 0;
  };

  QuotaNode root(QueueIndex queue) const { return state_.tree.root(QuotaTree::node(queue)); }
  PendingQueue& pending(QueueIndex queue) { return queues_[static_cast<std::size_t>(queue)]; }

  void take(WorkloadIndex index, Workload workload) {
    Record& record = state_.record(index);
    SEXTANT_ASSERT(record.phase == Phase::kAbsent, "workload {} is in use",
                   static_cast<std::size_t>(index));
    record.priority = workload.priority;
    record.queue = workload.queue;
    record.local_queue = workload.local_queue;
    record.uid = workload.uid;
    record.created = workload.created;
    record.order = workload.created;
    record.shape = state_.shapes.take(workload.priority, std::move(workload.podsets));
  }

  void enqueue(WorkloadIndex index) {
    Record& record = state_.record(index);
    record.phase = Phase::kPending;
    PendingQueue& queue = pending(record.queue);
    queue.insert(state_, index);
    if (queue.head(state_) == index) stir(root(record.queue));
  }

  bool has_head(const Tree& tree) {
    return std::any_of(tree.queues.begin(), tree.queues.end(), [&](QueueIndex queue) {
      return pending(queue).has_head() && state_.active(queue);
    });
  }

  void stir(QuotaNode root) {
    Tree& tree = trees_.find(root)->second;
    tree.fruitless = 0;
    if (has_head(tree)) stirred_.insert(root);
  }

  // Something in the tree has changed: everybody in it is looked at again.
  void wake(QuotaNode root) {
    const auto tree = trees_.find(root);
    if (tree == trees_.end()) return;
    for (const QueueIndex queue : tree->second.queues) pending(queue).wake();
    stir(root);
  }

  void pods_may_be_ready() {
    if (!any_blocked_ || state_.not_ready() > 0) return;
    any_blocked_ = false;
    for (auto& [root, tree] : trees_) {
      if (tree.blocked) stir(root);
      tree.blocked = false;
    }
  }

  // Stopped queues whose workloads have to go.
  void drain(Decisions& decisions) {
    for (const QueueIndex queue : drained_) {
      const auto& staying = state_.running(queue).staying;
      while (!staying.empty()) {
        const WorkloadIndex workload = staying.begin()->workload;
        state_.mark_evicted(workload);
        decisions.evicted.push_back(
            {.workload = workload, .reason = EvictionReason::kClusterQueueStopped});
      }
    }
  }

  // What time alone brings back.
  void release() {
    while (!backoff_.empty() && backoff_.begin()->first <= state_.now) {
      const WorkloadIndex workload = backoff_.begin()->second;
      backoff_.erase(backoff_.begin());
      enqueue(workload);
    }
    if (spared_until_ <= state_.now) nobody_spared_any_more();
    if (state_.history.sample(state_.now)) usage_changed();
  }

  // Minimum runtimes have ended.
  void nobody_spared_any_more() {
    spared_until_ = SimTime::never();
    for (auto& [root, tree] : trees_) {
      if (tree.spared_until <= state_.now) {
        tree.spared_until = SimTime::never();
        wake(root);
      }
      spared_until_ = std::min(spared_until_, tree.spared_until);
    }
  }

  // Local queues take their turns in another order.
  void usage_changed() {
    for (const QueueIndex queue : in_turns_) {
      if (pending(queue).empty()) continue;
      pending(queue).sort_again(state_);
      stir(root(queue));
    }
  }

  void collect_heads() {
    entries_.clear();
    for (const QuotaNode root : stirred_) {
      Tree& tree = trees_.find(root)->second;
      ++tree.cycles;
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

  void nominate(Cycle& cycle, Entry& entry) {
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

  // True: a further cycle could decide otherwise.
  bool settle(Entry& entry, Decisions& decisions) {
    PendingQueue& queue = pending(entry.queue);
    if (entry.outcome == Outcome::kAdmitted) {
      admit(entry, decisions);
      return true;
    }
    const bool was_searching = tried_.count(entry.workload) > 0;
    const bool searching = remember_tried(entry);
    const bool parks =
        state_.queue(entry.queue).strategy == QueueingStrategy::kBestEffortFifo && !searching &&
        (entry.outcome == Outcome::kNoFit || entry.outcome == Outcome::kNoCandidates);
    if (parks) {
      queue.park(state_, entry.workload, entry.cause);
      causes_.erase(entry.workload);
      return true;
    }
    causes_[entry.workload] = entry.cause;
    switch (entry.outcome) {
      case Outcome::kPreempting:
      case Outcome::kDeferred: {
        const bool is_new = !queue.is_preemptor(entry.workload);
        queue.set_preemptor(entry.workload);
        return evict_targets(entry, decisions) || is_new;
      }
      case Outcome::kBlocked:
        trees_.find(root(entry.queue))->second.blocked = true;
        any_blocked_ = true;
        return false;
      case Outcome::kNoFit:
      case Outcome::kNoCandidates:
      case Outcome::kSkipped:
      case Outcome::kAdmitted:
        break;
    }
    return (was_searching || searching) &&
           ++trees_.find(root(entry.queue))->second.fruitless <= 2 * most_flavors_;
  }

  // True: the next search goes on after the flavors of this one.
  bool remember_tried(const Entry& entry) {
    LastTried flavors = entry.forget_tried ? LastTried{} : kueue::last_tried(entry.assignment);
    if (flavors.empty()) {
      tried_.erase(entry.workload);
      return false;
    }
    tried_[entry.workload] = {.flavors = std::move(flavors),
                              .generation = state_.generation(entry.queue),
                              .cycle = trees_.find(root(entry.queue))->second.cycles};
    return true;
  }

  void admit(Entry& entry, Decisions& decisions) {
    pending(entry.queue).erase(state_, entry.workload);
    tried_.erase(entry.workload);
    causes_.erase(entry.workload);
    Admission& admission = decisions.admitted.emplace_back();
    admission.workload = entry.workload;
    for (const kueue::PodSetChoice& choice : entry.assignment.podsets) {
      PodSetAssignment& podset = admission.podsets.emplace_back();
      podset.count = choice.count;
      for (const kueue::ChosenFlavor& chosen : choice.flavors) {
        podset.flavors.push_back({chosen.resource, chosen.flavor});
      }
      podset.nodes = choice.nodes;
    }
    state_.start_running(entry.workload,
                         {.usage = entry.assignment.usage,
                          .places = kueue::places_of(entry.assignment, *entry.shape),
                          .admitted = state_.now});
    if (state_.history.enabled()) usage_changed();
  }

  // True: somebody who was not yet on the way out.
  bool evict_targets(const Entry& entry, Decisions& decisions) {
    if (entry.outcome != Outcome::kPreempting) return false;
    bool any = false;
    for (const kueue::Target& target : entry.targets) {
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

  // Trees without a change are left alone from now on.
  void calm_down(const std::set<QuotaNode>& changed) {
    std::erase_if(stirred_, [&](QuotaNode root) {
      return changed.count(root) == 0 || !has_head(trees_.find(root)->second);
    });
  }

  State state_;
  std::vector<PendingQueue> queues_;
  std::map<QuotaNode, Tree> trees_;
  std::set<QuotaNode> stirred_;  ///< that a cycle should look at
  std::set<std::pair<SimTime, WorkloadIndex>> backoff_;
  std::map<WorkloadIndex, Tried> tried_;
  std::map<WorkloadIndex, WaitCause> causes_;  ///< of heads that are not parked
  std::vector<Entry> entries_;
  std::vector<QueueIndex> drained_;   ///< stopped, and their workloads have to go
  std::vector<QueueIndex> in_turns_;  ///< with admission fair sharing
  SimTime spared_until_ = SimTime::never();
  bool any_blocked_ = false;
  int most_flavors_ = 1;
};

KueueScheduler::KueueScheduler(const AdmissionPolicy& policy)
    : engine_(std::make_unique<Engine>(policy)) {}

KueueScheduler::~KueueScheduler() = default;

void KueueScheduler::submit(WorkloadIndex index, Workload workload, SimTime now) {
  engine_->submit(index, std::move(workload), now);
}

void KueueScheduler::remove(WorkloadIndex index, SimTime now) { engine_->remove(index, now); }

void KueueScheduler::requeue(WorkloadIndex index, EvictionReason reason, SimDuration /*estimate*/,
                             SimTime now, SimTime not_before) {
  engine_->requeue(index, reason, now, not_before);
}

void KueueScheduler::evicting(WorkloadIndex index, SimTime now) { engine_->evicting(index, now); }

void KueueScheduler::set_pods_ready(WorkloadIndex index, bool ready, SimTime now) {
  engine_->set_pods_ready(index, ready, now);
}

void KueueScheduler::set_node(FlavorIndex flavor, int node, bool there, SimTime now) {
  engine_->set_node(flavor, node, there, now);
}

void KueueScheduler::set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor,
                                 ResourceIndex resource, Amount nominal, SimTime now) {
  engine_->set_nominal(queue_or_cohort, flavor, resource, nominal, now);
}

Scheduler::Decisions KueueScheduler::cycle(SimTime now) { return engine_->cycle(now); }

bool KueueScheduler::wants_cycle(SimTime now) const { return engine_->wants_cycle(now); }

SimTime KueueScheduler::next_wake() const { return engine_->next_wake(); }

WaitCause KueueScheduler::why_waiting(WorkloadIndex index) const {
  return engine_->why_waiting(index);
}

void KueueScheduler::restore(WorkloadIndex index, Workload workload,
                             const std::vector<PodSetAssignment>& podsets, SimTime admitted,
                             bool evicted) {
  engine_->restore(index, std::move(workload), podsets, admitted, evicted);
}

std::vector<Eviction> KueueScheduler::preemption_targets(
    WorkloadIndex index, const QuotaUsage& usage, const std::vector<FlavorResource>& contested,
    SimTime now) {
  State& state = engine_->state();
  state.now = now;
  const Record& record = state.record(index);
  std::vector<Eviction> evictions;
  for (const kueue::Target& target : kueue::preemption_targets(state, {.queue = record.queue,
                                                                      .priority = record.priority,
                                                                      .order = record.order,
                                                                      .usage = &usage,
                                                                      .contested = contested})) {
    evictions.push_back({.workload = target.workload, .reason = target.reason, .preemptor = index});
  }
  return evictions;
}

bool KueueScheduler::parked(WorkloadIndex index) const { return engine_->parked(index); }

const QuotaTree& KueueScheduler::quota() const { return engine_->state().tree; }

}  // namespace sextant
