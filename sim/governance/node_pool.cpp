#include "sim/governance/node_pool.h"

#include <algorithm>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"

namespace sextant {
namespace {

/// Of nodes that do not fail.
FailureProfile immortal() {
  FailureProfile profile;
  profile.node_life.value = Seconds(1e30);
  return profile;
}

/// Fleets of other flavors meet other luck.
std::uint64_t seed_of(const NodePool::Setup& setup) {
  return setup.key.seed + 0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(setup.flavor);
}

const AdmissionFlavor& flavor_of(const NodePool::Setup& setup) {
  return setup.policy.flavors[static_cast<std::size_t>(setup.flavor)];
}

}  // namespace

NodePool::NodePool(Simulation& simulation, const Setup& setup, UsageSink& units, UsageSink& nodes)
    : simulation_(simulation),
      flavor_(setup.flavor),
      failures_(setup.supply.failures.value_or(immortal())),
      supply_(setup.supply),
      capacity_(setup.policy.resources.size()),
      rate_factor_(draw_rate_factor(failures_, setup.key)),
      usage_(units),
      fleet_(simulation,
             {.profile = failures_,
              .recovery = setup.supply.recovery,
              .plan = setup.supply.fleet,
              .nodes = flavor_of(setup).nodes,
              .rate_factor = rate_factor_,
              .outages = setup.outages,
              .on_change = setup.on_change,
              .seed = seed_of(setup),
              .replica = setup.key.replica},
             nodes),
      on_hit_(setup.on_hit) {
  // What the flavor does not say, and does not count, is there in plenty.
  for (std::size_t i = 0; i < capacity_.size(); ++i) {
    if (supply_.unit_weights[i] == 0) capacity_[i] = Amount{1} << 60;
  }
  for (const ResourceAmount& amount : flavor_of(setup).node_capacity) {
    capacity_[static_cast<std::size_t>(amount.resource)] = 0;
  }
  for (const ResourceAmount& amount : flavor_of(setup).node_capacity) {
    capacity_[static_cast<std::size_t>(amount.resource)] += amount.amount;
  }
  node_units_ = units_of(flavor_of(setup).node_capacity);
  nodes_.resize(fleet_.size());
}

std::int64_t NodePool::units_of(const std::vector<ResourceAmount>& per_pod) const {
  std::int64_t units = 0;
  for (const ResourceAmount& amount : per_pod) {
    units += amount.amount * supply_.unit_weights[static_cast<std::size_t>(amount.resource)];
  }
  return units;
}

/// The pool as a tenant: what happens to its nodes happens to the pods on them.
Process NodePool::mind() {
  tenancy_ = fleet_.open(simulation_.current(),
                         {.nodes = static_cast<double>(fleet_.size()), .shared = true});
  for (;;) {
    const Wake wake = co_await delay(SimDuration::never());
    if (!wake.interrupted()) continue;
    const Incident incident = fleet_.incident(tenancy_, wake.interrupt());
    const Seconds detection =
        incident.notice ? Seconds(0)
                        : detection_time(supply_.recovery, fleet_.causes().all[incident.cause]);
    const std::vector<NodeIndex> lost = fleet_.broken(tenancy_);
    if (!lost.empty()) lose(lost);
    if (!lost.empty()) on_hit_(lost, false, detection);
    if (incident.broken == 0) on_hit_(incident.hit, true, detection);
  }
}

/// What was on them is told by the caller; nothing is free on them.
void NodePool::lose(const std::vector<NodeIndex>& nodes) {
  for (const NodeIndex index : nodes) {
    Node& node = at(index);
    open_.erase({key_of(index), index});
    std::vector<ResourceAmount> free;
    for (std::size_t i = 0; i < node.free.size(); ++i) {
      free.push_back({ResourceIndex(static_cast<std::uint16_t>(i)), node.free[i]});
    }
    change_free(-units_of(free));
    node.held = false;
    node.pods = 0;
  }
  fleet_.remove_broken(tenancy_);
}

bool NodePool::place(int podset, const PodSet& pods, int count,
                     const std::vector<PodsOnNode>& wanted, std::vector<PlacedPods>& placed) {
  const std::size_t before = placed.size();
  int left = count;
  const auto put_on = [&](NodeIndex node, int most) {
    const int here = std::min({most, left, room(node, pods)});
    if (here <= 0) return;
    put(node, pods, here);
    placed.push_back({flavor_, node, podset, here});
    left -= here;
  };
  for (const PodsOnNode& where : wanted) {
    const NodeIndex node{static_cast<std::uint32_t>(where.node)};
    if (left == 0 || at(node).closed) continue;
    if (!at(node).held && !take(node)) continue;
    put_on(node, where.pods);
    give_back_if_empty(node, false);
  }
  while (left > 0) {
    const std::optional<NodeIndex> node = find(pods);
    if (!node) break;
    put_on(*node, left);
  }
  if (left == 0) return true;
  for (std::size_t i = before; i < placed.size(); ++i) release(placed[i], pods, false);
  placed.resize(before);
  return false;
}

/// The fullest node that the pool holds and that has room for a pod, or an empty one.
std::optional<NodeIndex> NodePool::find(const PodSet& pods) {
  const std::int64_t units = units_of(pods.per_pod);
  for (auto i = open_.lower_bound({units, NodeIndex{0}}); i != open_.end(); ++i) {
    if (room(i->second, pods) > 0) return i->second;
  }
  for (const ResourceAmount& amount : pods.per_pod) {
    if (amount.amount > capacity_[static_cast<std::size_t>(amount.resource)]) return std::nullopt;
  }
  const std::optional<NodeIndex> node = take_any();
  if (node) hold(*node);
  return node;
}

/// An empty node that is not about to go.
std::optional<NodeIndex> NodePool::take_any() {
  std::vector<NodeIndex> closed;
  std::optional<NodeIndex> node = fleet_.take(tenancy_);
  for (; node && at(*node).closed; node = fleet_.take(tenancy_)) closed.push_back(*node);
  for (const NodeIndex other : closed) fleet_.give_back(tenancy_, other, false);
  return node;
}

bool NodePool::take(NodeIndex node) {
  if (!fleet_.take(tenancy_, node)) return false;
  hold(node);
  return true;
}

void NodePool::hold(NodeIndex node) {
  at(node).held = true;
  at(node).free = capacity_;
  change_free(node_units_);
  open_.insert({key_of(node), node});
}

/// Pods of this kind for which the node has room.
int NodePool::room(NodeIndex index, const PodSet& pods) const {
  const Node& node = at(index);
  Amount most = pods.count;
  for (const ResourceAmount& amount : pods.per_pod) {
    if (amount.amount <= 0) continue;
    most = std::min(most, node.free[static_cast<std::size_t>(amount.resource)] / amount.amount);
  }
  return static_cast<int>(most);
}

void NodePool::put(NodeIndex index, const PodSet& what, int pods) {
  Node& node = at(index);
  open_.erase({key_of(index), index});
  for (const ResourceAmount& amount : what.per_pod) {
    node.free[static_cast<std::size_t>(amount.resource)] -= pods * amount.amount;
  }
  node.pods += pods;
  change_free(-pods * units_of(what.per_pod));
  if (!node.closed) open_.insert({key_of(index), index});
}

void NodePool::release(const PlacedPods& pods, const PodSet& what, bool announced) {
  put(pods.node, what, -pods.pods);
  give_back_if_empty(pods.node, announced);
}

void NodePool::give_back_if_empty(NodeIndex index, bool announced) {
  Node& node = at(index);
  if (node.pods > 0) return;
  open_.erase({key_of(index), index});
  node.held = false;
  change_free(-node_units_);
  fleet_.give_back(tenancy_, index, announced);
}

void NodePool::close(NodeIndex index, bool closed) {
  Node& node = at(index);
  node.closed = closed;
  if (!node.held) return;
  if (closed) {
    open_.erase({key_of(index), index});
  } else {
    open_.insert({key_of(index), index});
  }
}

/// Free thousandths of the flavor's unit.
Amount NodePool::key_of(NodeIndex index) const {
  const Node& node = at(index);
  Amount key = 0;
  for (std::size_t i = 0; i < node.free.size(); ++i) key += node.free[i] * supply_.unit_weights[i];
  return key;
}

void NodePool::change_free(std::int64_t by) {
  report();
  free_units_ += by;
}

void NodePool::report() {
  const SimTime now = simulation_.now();
  if (free_units_ > 0 && now > reported_until_) {
    usage_.add({.entity = kFleetEntity,
                .state = NodeState::kSpare,
                .from_ns = reported_until_.ns(),
                .to_ns = now.ns(),
                .nodes = free_units_});
  }
  reported_until_ = now;
}

}  // namespace sextant
