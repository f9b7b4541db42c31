// Who holds which nodes, at the moments at which somebody wants to know.
#include <algorithm>
#include <map>
#include <set>

#include "sextant/kernel/delay.h"
#include "sim/governance/governed_cluster.h"

namespace sextant {

/// Sees every moment when all else in it has happened.
Process GovernedCluster::look() {
  for (const SimTime moment : inputs_.looks) {
    const SimDuration wait = std::max(SimDuration(), moment - simulation_.now());
    const Wake wake = co_await delay(wait, Priority::kObserve);
    static_cast<void>(wake);
    tell_nodes_held();
  }
}

void GovernedCluster::tell_nodes_held() const {
  for (const auto& [number, slot] : slot_of_) {
    const GovernedJob& job = at(slot);
    for (const auto& [flavor, nodes] : nodes_of(job)) {
      observer_.nodes_held({.time_ns = simulation_.now().ns(),
                            .name = job.record.name,
                            .team = job.record.team,
                            .training = job.spec.training,
                            .flavor = flavor,
                            .nodes = {nodes.begin(), nodes.end()},
                            .since_ns = job.holds_since.ns()});
    }
  }
}

/// A training job's are its tenancy's, another's those of its pods.
std::map<FlavorIndex, std::set<int>> GovernedCluster::nodes_of(const GovernedJob& job) const {
  std::map<FlavorIndex, std::set<int>> nodes;
  for (const PlacedPods& pods : job.placed) {
    if (pods.pods > 0) nodes[pods.flavor].insert(static_cast<int>(pods.node));
  }
  if (job.training == nullptr || job.assignment.empty()) return nodes;
  const FlavorIndex flavor = *node_flavor(job.assignment.front());
  const std::size_t size = pool(flavor)->fleet().size();
  for (std::size_t i = 0; i < size; ++i) {
    if (!job.training->holds(NodeIndex{static_cast<std::uint32_t>(i)})) continue;
    nodes[flavor].insert(static_cast<int>(i));
  }
  return nodes;
}

}  // namespace sextant
