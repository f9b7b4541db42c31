#include <algorithm>
#include <limits>
#include <vector>

#include "sextant/fleet/fleet.h"
#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

/// What comes to a tenant from elsewhere than the lives of single nodes.
void Fleet::start_events(Tenancy& tenancy) {
  const bool together = !tenancy.plan.shared;
  for (std::size_t kind = 0; together && kind < profile_.slowdowns.size(); ++kind) {
    simulation_.start(slow_nodes(tenancy, kind));
  }
  if (plan_.spot) simulation_.start(reclaim_nodes(tenancy));
  if (together && plan_.maintenance) simulation_.start(maintain(tenancy));
}

void Fleet::take_down(NodeIndex node) {
  if (at(node).broken) return;
  Tenancy* tenancy = at(node).tenancy;
  if (tenancy == nullptr) return lose_spares({node}, Absence::kOutage);
  break_down(*tenancy, node, Absence::kOutage);
  tell(*tenancy, {.cause = causes_.outages, .broken = 1, .hit = {node}});
}

void Fleet::bring_back(NodeIndex node) {
  if (!at(node).broken || at(node).absence != Absence::kOutage) return;
  if (at(node).tenancy == nullptr) return return_now(node);
  at(node).outage_over = true;
}

/// The tenant's work is spoilt from now on; it learns of it when somebody finds it.
void Fleet::corrupt(Tenancy& tenancy, NodeIndex node, std::size_t cause) {
  const FailureCause& why = causes_.all[cause];
  SEXTANT_ASSERT(why.detection, "silent corruption {} without a time of detection", why.name);
  const double luck = draw_exponential(at(node).causes);
  const SimDuration after = SimDuration::rounded(why.detection->value * luck);
  const Incident found{.cause = cause, .corruption = tenancy.corruptions, .hit = {node}};
  ++tenancy.corruptions;
  tenancy.unnoticed.pulse();
  simulation_.start(find_corruption(tenancy, found, node, after));
}

Process Fleet::find_corruption(Tenancy& tenancy, Incident incident, NodeIndex node,
                               SimDuration after) {
  const Wake wake = co_await delay(after, Priority::kFailure);
  static_cast<void>(wake);
  const bool there = at(node).tenancy == &tenancy && !at(node).broken;
  if (there && causes_.all[incident.cause].remedy == Remedy::kReplace) {
    break_down(tenancy, node, Absence::kRepair);
    incident.broken = 1;
  }
  tell(tenancy, incident);
}

/// Something else than its age takes a node from its tenant.
void Fleet::break_down(Tenancy& tenancy, NodeIndex node, Absence absence) {
  grow_older(node, tenancy.clock(simulation_.now()) - at(node).joined);
  lose(tenancy, node, absence);
}

/// Domains of one kind, each with an exponential life: their failures together are a Poisson
/// process.
Process Fleet::fail_domains(std::size_t kind) {
  const FailureDomain& domain = profile_.domains[kind];
  RandomStream times = stream("fleet.domain/" + domain.name);
  RandomStream which = stream("fleet.which_domain/" + domain.name);
  const auto size = static_cast<std::size_t>(domain.nodes);
  const std::size_t domains = (nodes_.size() + size - 1) / size;
  const Seconds mean = domain.life.value / (rate_factor_ * static_cast<double>(domains));
  for (;;) {
    const SimDuration until = SimDuration::rounded(mean * draw_exponential(times));
    const Wake wake = co_await delay(until, Priority::kFailure);
    static_cast<void>(wake);
    fail_domain(kind, draw_index(which, domains));
  }
}

/// All its nodes that a tenant has stop; where they must be replaced, so must its spares.
void Fleet::fail_domain(std::size_t kind, std::uint64_t domain) {
  const FailureDomain& what = profile_.domains[kind];
  const auto size = static_cast<std::uint64_t>(what.nodes);
  const std::uint64_t end = std::min<std::uint64_t>(nodes_.size(), (domain + 1) * size);
  for (Tenancy& tenancy : tenancies_) {
    Incident incident{.cause = causes_.domains + kind, .together = true};
    for (std::uint64_t i = domain * size; i < end; ++i) {
      const NodeIndex node{static_cast<std::uint32_t>(i)};
      if (at(node).tenancy != &tenancy || at(node).broken) continue;
      incident.hit.push_back(node);
      if (what.remedy != Remedy::kReplace) continue;
      break_down(tenancy, node, Absence::kRepair);
      ++incident.broken;
    }
    if (!incident.hit.empty()) tell(tenancy, incident);
  }
  if (what.remedy != Remedy::kReplace) return;
  std::vector<NodeIndex> spares;
  for (const NodeIndex node : spares_) {
    const auto number = static_cast<std::uint64_t>(node);
    if (domain * size <= number && number < end) spares.push_back(node);
  }
  lose_spares(spares, Absence::kRepair);
}

/// Spares that are no longer there.
void Fleet::lose_spares(const std::vector<NodeIndex>& nodes, Absence absence) {
  if (nodes.empty()) return;
  report();
  for (const NodeIndex node : nodes) {
    spares_.erase(std::find(spares_.begin(), spares_.end(), node));
    mark_broken(node, absence);
    send_away(node);
  }
}

Process Fleet::slow_nodes(Tenancy& tenancy, std::size_t kind) {
  const Slowdown& slow = profile_.slowdowns[kind];
  RandomStream times = stream("fleet.slow/" + slow.name);
  RandomStream which = stream("fleet.which_slow/" + slow.name);
  const Seconds mean = slow.node_life.value / (rate_factor_ * tenancy.plan.nodes);
  while (!tenancy.closed) {
    const SimDuration until = SimDuration::rounded(mean * draw_exponential(times));
    const Wake wake = co_await delay(until, Priority::kFailure);
    static_cast<void>(wake);
    const double luck = draw_exponential(which);
    if (tenancy.nodes.empty()) continue;
    const NodeIndex node = tenancy.nodes[draw_index(which, tenancy.nodes.size())];
    simulation_.start(
        slow_node(tenancy, kind, node, SimDuration::rounded(slow.lasts.value * luck)));
  }
}

/// A node is slow until that passes, or until it is found and the tenant may plan a stop.
Process Fleet::slow_node(Tenancy& tenancy, std::size_t kind, NodeIndex node, SimDuration lasts) {
  const Slowdown& slow = profile_.slowdowns[kind];
  const std::int64_t number = slow_so_far_++;
  tenancy.slow.push_back({number, node, slow.slowdown});
  tenancy.unnoticed.pulse();
  const Wake wake = co_await delay(lasts, Priority::kRelease);
  static_cast<void>(wake);
  const auto found =
      std::find_if(tenancy.slow.begin(), tenancy.slow.end(),
                   [number](const SlowNode& other) { return other.number == number; });
  if (found == tenancy.slow.end()) co_return;  // the node has left
  tenancy.slow.erase(found);
  tenancy.unnoticed.pulse();
  if (!slow.remedy || at(node).broken) co_return;
  Incident planned{.cause = causes_.slowdowns + kind,
                   .notice = Seconds(std::numeric_limits<double>::infinity())};
  if (*slow.remedy == Remedy::kReplace) {
    break_down(tenancy, node, Absence::kRepair);
    planned.broken = 1;
  }
  tell(tenancy, planned);
}

Process Fleet::reclaim_nodes(Tenancy& tenancy) {
  const SpotReclaims& spot = *plan_.spot;
  RandomStream times = stream("fleet.reclaim");
  RandomStream which = stream("fleet.which_reclaimed");
  const Seconds mean =
      static_cast<double>(spot.at_once.value) / tenancy.plan.nodes * spot.node_life.value;
  while (!tenancy.closed) {
    const SimDuration until = SimDuration::rounded(mean * draw_exponential(times));
    const Wake wake = co_await delay(until, Priority::kFailure);
    static_cast<void>(wake);
    const std::size_t held = tenancy.nodes.size();
    if (held == 0) continue;
    Incident reclaim{.cause = causes_.reclaims, .notice = spot.notice.value};
    const auto hit = tenancy.plan.shared ? static_cast<std::uint64_t>(tenancy.plan.nodes) : held;
    const std::uint64_t first = draw_index(which, hit);
    if (first >= held) continue;  // a node that the tenant does not have at present
    const auto wanted = std::min<std::size_t>(held, static_cast<std::size_t>(spot.at_once.value));
    for (std::size_t i = 0; i < wanted; ++i) {
      const NodeIndex node = tenancy.nodes[(first + i) % held];
      if (at(node).broken) continue;
      break_down(tenancy, node, Absence::kReclaimed);
      reclaim.hit.push_back(node);
      ++reclaim.broken;
    }
    if (reclaim.broken > 0) tell(tenancy, reclaim);
  }
}

Process Fleet::maintain(Tenancy& tenancy) {
  const Maintenance& plan = *plan_.maintenance;
  const Incident stop{.cause = causes_.maintenance,
                      .notice = Seconds(std::numeric_limits<double>::infinity()),
                      .pause = plan.lasts.value};
  while (!tenancy.closed) {
    const Wake due = co_await delay(SimDuration::rounded(plan.every));
    static_cast<void>(due);
    tell(tenancy, stop);
    const Wake over = co_await delay(SimDuration::rounded(plan.lasts));
    static_cast<void>(over);
  }
}

}  // namespace sextant
