// Capacity that comes and goes.
#include <utility>

#include "sextant/kernel/delay.h"
#include "sim/governance/governed_cluster.h"

namespace sextant {
namespace {

NodeIndex node_of(int number) { return NodeIndex{static_cast<std::uint32_t>(number)}; }

}  // namespace

/// Holds the nodes of a window while it is closed: nobody else can have them then.
Process GovernedCluster::open_window(const CapacityWindow& window, Away& away) {
  Fleet& fleet = pool(window.flavor)->fleet();
  const TenancyIndex tenancy = fleet.open(simulation_.current(), {.nodes = 1, .shared = true});
  fleet.stop_clock(tenancy);
  if (window.from > simulation_.now()) {
    tell_nodes(window, false);
    take_away(window, tenancy, away);
    while (simulation_.now() < window.from) {
      const Wake wake = co_await delay(window.from - simulation_.now(), Priority::kRelease);
      static_cast<void>(wake);
    }
    report_away(away);
    away.nodes = 0;
    fleet.give_back_all(tenancy);
    --to_come_;
  }
  tell_nodes(window, true);
  raise_nominal(window, 1);
  ask_for_cycle();
  const SimDuration notice = SimDuration::rounded(window.notice);
  while (simulation_.now() < window.to - notice) {
    const Wake wake = co_await delay(window.to - notice - simulation_.now());
    static_cast<void>(wake);
  }
  raise_nominal(window, -1);
  tell_nodes(window, false);
  evict_from(window);
  for (;;) {
    take_away(window, tenancy, away);
    const Wake wake = co_await fleet.spare_arrived();
    static_cast<void>(wake);
  }
}

/// Takes the nodes that nobody uses.
void GovernedCluster::take_away(const CapacityWindow& window, TenancyIndex tenancy, Away& away) {
  report_away(away);
  for (int i = 0; i < window.nodes; ++i) {
    if (pool(window.flavor)->fleet().take(tenancy, node_of(window.first_node + i))) ++away.nodes;
  }
}

void GovernedCluster::report_away(Away& away) {
  const SimTime from = std::exchange(away.since, simulation_.now());
  if (away.nodes == 0 || away.since == from) return;
  node_usage_[static_cast<std::size_t>(away.flavor)]->add({.entity = kFleetEntity,
                                                           .state = NodeState::kReleased,
                                                           .from_ns = from.ns(),
                                                           .to_ns = simulation_.now().ns(),
                                                           .nodes = away.nodes});
}

/// The scheduler and the pool learn that the nodes of the window can be used, or not.
void GovernedCluster::tell_nodes(const CapacityWindow& window, bool there) {
  for (int i = 0; i < window.nodes; ++i) {
    const int node = window.first_node + i;
    scheduler_->set_node(window.flavor, node, there, simulation_.now());
    pool(window.flavor)->close(node_of(node), !there);
  }
}

void GovernedCluster::evict_from(const CapacityWindow& window) {
  const auto inside = [&window](NodeIndex node) {
    const int number = static_cast<int>(node);
    return window.first_node <= number && number < window.first_node + window.nodes;
  };
  for (GovernedJob& job : jobs_) {
    bool on_it = false;
    for (const PlacedPods& pods : job.placed) {
      on_it = on_it || (pods.flavor == window.flavor && inside(pods.node));
    }
    for (int i = 0; job.training != nullptr && i < window.nodes; ++i) {
      on_it = on_it || job.training->holds(node_of(window.first_node + i));
    }
    if (on_it) evict(job, EvictionReason::kCapacityEnded, kNoWorkload);
  }
}

void GovernedCluster::raise_nominal(const CapacityWindow& window, int sign) {
  if (window.queue_or_cohort.empty()) return;
  const AdmissionFlavor& flavor = inputs_.policy.flavors[static_cast<std::size_t>(window.flavor)];
  for (const ResourceAmount& amount : flavor.node_capacity) {
    const std::optional<Amount> nominal =
        change_nominal(window, amount.resource, sign * window.nodes * amount.amount);
    if (!nominal) continue;
    scheduler_->set_nominal(window.queue_or_cohort, window.flavor, amount.resource, *nominal,
                            simulation_.now());
  }
}

/// What the nominal quota becomes; none if the queue or cohort has no quota for the resource.
std::optional<Amount> GovernedCluster::change_nominal(const CapacityWindow& window,
                                                      ResourceIndex resource, Amount by) {
  const auto first_of = [&](const std::vector<ResourceGroup>& groups) -> std::optional<Amount> {
    for (const ResourceGroup& group : groups) {
      for (const FlavorQuotas& flavor : group.flavors) {
        if (flavor.flavor != window.flavor) continue;
        for (const ResourceQuota& quota : flavor.resources) {
          if (quota.resource == resource) return quota.nominal;
        }
      }
    }
    return std::nullopt;
  };
  std::optional<Amount> base;
  for (const AdmissionQueue& queue : inputs_.policy.queues) {
    if (queue.name == window.queue_or_cohort) base = first_of(queue.groups);
  }
  for (const AdmissionCohort& cohort : inputs_.policy.cohorts) {
    if (!base && cohort.name == window.queue_or_cohort) base = first_of(cohort.groups);
  }
  if (!base) return std::nullopt;
  Amount& raised = raised_[{window.queue_or_cohort, window.flavor, resource}];
  raised += by;
  return *base + raised;
}

Process GovernedCluster::outage(const NodeOutage& what) {
  Fleet& fleet = pool(what.flavor)->fleet();
  const Wake begun = co_await delay(what.from - simulation_.now(), Priority::kFailure);
  static_cast<void>(begun);
  for (int i = 0; i < what.nodes; ++i) fleet.take_down(node_of(what.first_node + i));
  if (what.to == SimTime::never()) co_return;
  const Wake over = co_await delay(what.to - simulation_.now(), Priority::kRelease);
  static_cast<void>(over);
  for (int i = 0; i < what.nodes; ++i) fleet.bring_back(node_of(what.first_node + i));
  --to_come_;
}

}  // namespace sextant
