#include "sim/governance/kueue_state.h"

#include <algorithm>
#include <tuple>

#include "sextant/kernel/assert.h"

namespace sextant::kueue {
namespace {

std::vector<std::int64_t> shape_key(std::int32_t priority, const std::vector<PodSet>& podsets) {
  std::vector<std::int64_t> key{priority};
  for (const PodSet& podset : podsets) {
    key.insert(key.end(), {podset.count, podset.min_count.value_or(-1),
                           static_cast<std::int64_t>(podset.topology.mode), podset.topology.level,
                           podset.topology.slice, podset.topology.slice_level,
                           static_cast<std::int64_t>(podset.per_pod.size())});
    for (const ResourceAmount& one : podset.per_pod) {
      key.insert(key.end(), {static_cast<std::int64_t>(one.resource), one.amount});
    }
  }
  return key;
}

QueueRules rules_of(const AdmissionQueue& queue, const AdmissionPolicy& policy) {
  QueueRules rules;
  rules.group_of.assign(policy.resources.size(), -1);
  bool any = false;
  bool all = policy.gates.topology_aware_scheduling;
  for (const ResourceGroup& group : queue.groups) {
    Group own;
    for (const FlavorQuotas& flavor : group.flavors) {
      own.flavors.push_back(flavor.flavor);
      any = true;
      all = all && !policy.flavors[static_cast<std::size_t>(flavor.flavor)].levels.empty();
    }
    if (group.flavors.empty()) continue;
    for (const ResourceQuota& quota : group.flavors.front().resources) {
      own.resources.push_back(quota.resource);
      rules.group_of[static_cast<std::size_t>(quota.resource)] =
          static_cast<std::int32_t>(rules.groups.size());
    }
    rules.groups.push_back(std::move(own));
  }
  rules.topology_only = any && all;
  return rules;
}

}  // namespace

bool RunningKey::operator<(const RunningKey& other) const {
  return std::tie(priority, other.admitted, uid, workload) <
         std::tie(other.priority, admitted, other.uid, other.workload);
}

ShapeIndex ShapeTable::take(std::int32_t priority, std::vector<PodSet> podsets) {
  const auto [entry, is_new] =
      index_.try_emplace(shape_key(priority, podsets), ShapeIndex{0xffffffff});
  if (is_new) {
    if (free_.empty()) {
      free_.push_back(ShapeIndex{static_cast<std::uint32_t>(slots_.size())});
      slots_.emplace_back();
    }
    entry->second = free_.back();
    free_.pop_back();
    const bool partial = std::any_of(podsets.begin(), podsets.end(),
                                     [](const PodSet& set) { return set.min_count.has_value(); });
    for (PodSet& podset : podsets) {
      std::sort(
          podset.per_pod.begin(), podset.per_pod.end(),
          [](const ResourceAmount& a, const ResourceAmount& b) { return a.resource < b.resource; });
    }
    Slot& slot = slots_[static_cast<std::size_t>(entry->second)];
    slot.shape = {.priority = priority, .podsets = std::move(podsets), .partial = partial};
    slot.entry = entry;
  }
  ++slots_[static_cast<std::size_t>(entry->second)].uses;
  return entry->second;
}

void ShapeTable::give_back(ShapeIndex shape) {
  Slot& slot = slots_[static_cast<std::size_t>(shape)];
  if (--slot.uses > 0) return;
  index_.erase(slot.entry);
  slot.shape = {};
  free_.push_back(shape);
}

State::State(AdmissionPolicy policy)
    : tree(policy),
      history(policy),
      policy_(std::move(policy)),
      running_(policy_.queues.size()),
      generations_(policy_.queues.size()) {
  for (const AdmissionQueue& queue : policy_.queues) rules_.push_back(rules_of(queue, policy_));
  for (const AdmissionFlavor& flavor : policy_.flavors) {
    if (policy_.gates.topology_aware_scheduling) {
      topologies.emplace_back(flavor, policy_.resources.size());
    } else {
      topologies.emplace_back();
    }
  }
  const auto pods = std::find(policy_.resources.begin(), policy_.resources.end(), "pods");
  if (pods != policy_.resources.end()) {
    pods_ = ResourceIndex{static_cast<std::uint16_t>(pods - policy_.resources.begin())};
  }
}

bool State::known(WorkloadIndex workload) const {
  const std::size_t i = static_cast<std::size_t>(workload);
  return i < records_.size() && records_[i].phase != Phase::kAbsent;
}

Record& State::record(WorkloadIndex workload) {
  const std::size_t i = static_cast<std::size_t>(workload);
  if (i >= records_.size()) records_.resize(std::max(i + 1, records_.size() * 2));
  return records_[i];
}

const Record& State::record(WorkloadIndex workload) const {
  SEXTANT_ASSERT(known(workload), "workload {} is not known", static_cast<std::size_t>(workload));
  return records_[static_cast<std::size_t>(workload)];
}

RunningKey State::key(WorkloadIndex workload) const {
  const Record& record = records_[static_cast<std::size_t>(workload)];
  return {.priority = record.priority,
          .admitted = record.holding->admitted,
          .uid = record.uid,
          .workload = workload};
}

void State::start_running(WorkloadIndex workload, Holding holding) {
  Record& self = record(workload);
  const std::size_t queue = static_cast<std::size_t>(self.queue);
  self.phase = Phase::kRunning;
  self.holding = std::make_unique<Holding>(std::move(holding));
  if (!self.holding->evicted) self.order = self.created;
  RunningSet& set = running_[queue];
  (self.holding->evicted ? set.evicted : set.staying).insert(key(workload));
  add_usage(self.queue, self.holding->usage, self.holding->places);
  history.admit(self.local_queue, tree, self.holding->usage, self.holding->admitted);
  if (!self.holding->ready) ++not_ready_;
  ++generations_[queue];
}

void State::stop_running(WorkloadIndex workload) {
  Record& self = record(workload);
  const std::size_t queue = static_cast<std::size_t>(self.queue);
  RunningSet& set = running_[queue];
  (self.holding->evicted ? set.evicted : set.staying).erase(key(workload));
  remove_usage(self.queue, self.holding->usage, self.holding->places);
  history.release(self.local_queue, tree, self.holding->usage, now);
  if (!self.holding->ready) --not_ready_;
  ++generations_[queue];
  self.holding.reset();
}

void State::mark_evicted(WorkloadIndex workload) {
  Record& self = record(workload);
  if (self.holding->evicted) return;
  RunningSet& set = running_[static_cast<std::size_t>(self.queue)];
  const RunningKey own = key(workload);
  set.staying.erase(own);
  set.evicted.insert(own);
  self.holding->evicted = true;
  self.holding->evicted_at = now;
  ++generations_[static_cast<std::size_t>(self.queue)];
}

void State::mark_ready(WorkloadIndex workload, bool ready) {
  Record& self = record(workload);
  if (self.holding->ready == ready) return;
  self.holding->ready = ready;
  not_ready_ += ready ? std::size_t(-1) : std::size_t(1);
  ++generations_[static_cast<std::size_t>(self.queue)];
}

void State::lift(WorkloadIndex workload) {
  const Record& self = record(workload);
  remove_usage(self.queue, self.holding->usage, self.holding->places);
}

void State::put_back(WorkloadIndex workload) {
  const Record& self = record(workload);
  add_usage(self.queue, self.holding->usage, self.holding->places);
}

void State::add_usage(QueueIndex queue, const QuotaUsage& usage, const TopologyUsage& places) {
  tree.add(QuotaTree::node(queue), usage);
  for (const PlacedPods& placed : places) {
    topologies[static_cast<std::size_t>(placed.flavor)].add(placed);
  }
}

void State::remove_usage(QueueIndex queue, const QuotaUsage& usage, const TopologyUsage& places) {
  tree.remove(QuotaTree::node(queue), usage);
  for (const PlacedPods& placed : places) {
    topologies[static_cast<std::size_t>(placed.flavor)].remove(placed);
  }
}

}  // namespace sextant::kueue
