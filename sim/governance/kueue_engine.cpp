#include "sim/governance/kueue_engine.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant::kueue {

Engine::Engine(const AdmissionPolicy& policy) : state_(policy) {
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

void Engine::submit(WorkloadIndex index, Workload workload, SimTime now) {
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

void Engine::restore(WorkloadIndex index, Workload workload,
                     const std::vector<PodSetAssignment>& podsets, SimTime admitted, bool evicted) {
  take(index, std::move(workload));
  const Record& record = state_.record(index);
  const Shape& shape = state_.shapes[record.shape];
  Holding holding{.admitted = admitted, .evicted_at = admitted, .evicted = evicted, .ready = true};
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

void Engine::remove(WorkloadIndex index, SimTime now) {
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

void Engine::requeue(WorkloadIndex index, EvictionReason reason, SimTime now, SimTime not_before) {
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

void Engine::evicting(WorkloadIndex index, SimTime now) {
  state_.now = now;
  state_.mark_evicted(index);
  stir(root(state_.record(index).queue));
}

void Engine::set_pods_ready(WorkloadIndex index, bool ready, SimTime now) {
  state_.now = now;
  state_.mark_ready(index, ready);
  pods_may_be_ready();
}

void Engine::set_node(FlavorIndex flavor, int node, bool there, SimTime now) {
  state_.now = now;
  TopologyFlavor& topology = state_.topologies[static_cast<std::size_t>(flavor)];
  if (!topology.aware()) return;
  topology.set_node(node, there);
  for (const auto& [root, tree] : trees_) wake(root);
}

void Engine::set_nominal(const std::string& name, FlavorIndex flavor, ResourceIndex resource,
                         Amount nominal, SimTime now) {
  state_.now = now;
  const std::optional<QuotaNode> node = state_.tree.find(name);
  SEXTANT_ASSERT(node.has_value(), "no queue or cohort is called {}", name);
  state_.tree.set_nominal(*node, state_.tree.key(flavor, resource), nominal);
  wake(state_.tree.root(*node));
}

bool Engine::wants_cycle(SimTime now) const {
  if (!stirred_.empty()) return true;
  return next_wake() <= now;
}

SimTime Engine::next_wake() const {
  SimTime next = backoff_.empty() ? SimTime::never() : backoff_.begin()->first;
  next = std::min(next, spared_until_);
  const bool takes_turns = state_.history.enabled() &&
                           std::any_of(in_turns_.begin(), in_turns_.end(), [&](QueueIndex queue) {
                             return !queues_[static_cast<std::size_t>(queue)].empty();
                           });
  return takes_turns ? std::min(next, state_.history.next_sample()) : next;
}

WaitCause Engine::why_waiting(WorkloadIndex index) const {
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

bool Engine::parked(WorkloadIndex index) const {
  const Record& record = state_.record(index);
  if (record.phase == Phase::kBackoff) return true;
  return record.phase == Phase::kPending &&
         queues_[static_cast<std::size_t>(record.queue)].parked_cause(state_, index).has_value();
}

void Engine::take(WorkloadIndex index, Workload workload) {
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

void Engine::enqueue(WorkloadIndex index) {
  Record& record = state_.record(index);
  record.phase = Phase::kPending;
  PendingQueue& queue = pending(record.queue);
  queue.insert(state_, index);
  if (queue.head(state_) == index) stir(root(record.queue));
}

bool Engine::has_head(const Tree& tree) {
  return std::any_of(tree.queues.begin(), tree.queues.end(), [&](QueueIndex queue) {
    return pending(queue).has_head() && state_.active(queue);
  });
}

void Engine::stir(QuotaNode root) {
  Tree& tree = trees_.find(root)->second;
  tree.fruitless = 0;
  if (has_head(tree)) stirred_.insert(root);
}

void Engine::wake(QuotaNode root) {
  const auto tree = trees_.find(root);
  if (tree == trees_.end()) return;
  for (const QueueIndex queue : tree->second.queues) pending(queue).wake();
  stir(root);
}

void Engine::pods_may_be_ready() {
  if (!any_blocked_ || state_.not_ready() > 0) return;
  any_blocked_ = false;
  for (auto& [root, tree] : trees_) {
    if (tree.blocked) stir(root);
    tree.blocked = false;
  }
}

void Engine::drain(Scheduler::Decisions& decisions) {
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

void Engine::release() {
  while (!backoff_.empty() && backoff_.begin()->first <= state_.now) {
    const WorkloadIndex workload = backoff_.begin()->second;
    backoff_.erase(backoff_.begin());
    enqueue(workload);
  }
  if (spared_until_ <= state_.now) nobody_spared_any_more();
  if (state_.history.sample(state_.now)) usage_changed();
}

void Engine::nobody_spared_any_more() {
  spared_until_ = SimTime::never();
  for (auto& [root, tree] : trees_) {
    if (tree.spared_until <= state_.now) {
      tree.spared_until = SimTime::never();
      wake(root);
    }
    spared_until_ = std::min(spared_until_, tree.spared_until);
  }
}

void Engine::usage_changed() {
  for (const QueueIndex queue : in_turns_) {
    if (pending(queue).empty()) continue;
    pending(queue).sort_again(state_);
    stir(root(queue));
  }
}

}  // namespace sextant::kueue
