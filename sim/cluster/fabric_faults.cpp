#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sim/cluster/graph_faults.h"
#include "sim/cluster/node_shape.h"

namespace sextant {
namespace {

using Faults = std::vector<std::string>;

/// More than any cluster has, and as many as fit into a few gigabytes.
constexpr double kMostLinks = 40e6;
/// What is wrong with numbers, whatever the kind.
Faults number_faults(const FabricPlan& plan, const Instance& instance,
                     const Accelerator& accelerator, int nodes) {
  Faults faults;
  const auto expect = [&](bool fits, const std::string& what) {
    if (!fits) faults.push_back(what);
  };
  const auto positive = [](BytesPerSecond bandwidth) {
    return bandwidth > BytesPerSecond(0) && std::isfinite(bandwidth.si());
  };
  const auto ratio = [](double value) { return value >= 1.0 && std::isfinite(value); };
  expect(nodes >= 1, fmt::format("a fabric of {} nodes: give it at least one", nodes));
  expect(instance.accelerators >= 1,
         fmt::format("instance {} has no accelerators that a fabric could join", instance.name));
  expect(instance.network_cards.value >= 1,
         fmt::format("instance {} has no network cards", instance.name));
  expect(positive(instance.network_bandwidth.value),
         fmt::format("instance {} has a network bandwidth of {} B/s", instance.name,
                     instance.network_bandwidth.value.si()));
  expect(positive(accelerator.link_bandwidth.value),
         fmt::format("accelerator {} has a link bandwidth of {} B/s", accelerator.name,
                     accelerator.link_bandwidth.value.si()));
  expect(!plan.host_link || positive(plan.host_link->value), "host_link has no bandwidth");
  expect(!plan.storage_bandwidth || positive(plan.storage_bandwidth->value),
         "storage_bandwidth is none: leave it out for a store that does not limit");
  expect(!plan.port_bandwidth || positive(plan.port_bandwidth->value),
         "port_bandwidth is none: leave it out where each cable is a port");
  if (plan.kind == FabricKind::kGraph) return faults;
  expect(plan.nodes_per_leaf.value >= 1, "nodes_per_leaf is less than 1");
  expect(plan.spines.value >= 1, "spines is less than 1");
  expect(plan.leaves_per_pod.value >= 1, "leaves_per_pod is less than 1");
  expect(plan.cores.value >= 1, "cores is less than 1");
  expect(ratio(plan.oversubscription.value), "oversubscription is less than 1, or no number");
  expect(ratio(plan.core_oversubscription.value),
         "core_oversubscription is less than 1, or no number");
  return faults;
}

double count_links(const FabricPlan& plan, const Instance& instance, int nodes) {
  const double in_node = 2.0 * instance.accelerators + 3.0 * instance.network_cards.value;
  if (plan.kind == FabricKind::kGraph) {
    return 2.0 * (in_node * nodes + static_cast<double>(plan.links.size()));
  }
  const double groups = std::ceil(static_cast<double>(nodes) / plan.nodes_per_leaf.value);
  const bool rails = plan.kind == FabricKind::kRailOptimised;
  const double leaves = groups * (rails ? instance.network_cards.value : 1);
  if (plan.kind == FabricKind::kNonBlocking) return 2.0 * (in_node * nodes + leaves);
  const double pods = std::ceil(groups / plan.leaves_per_pod.value);
  const double to_cores = pods > 1.0 ? pods * plan.spines.value * plan.cores.value : 0.0;
  return 2.0 * (in_node * nodes + leaves * plan.spines.value + to_cores);
}

}  // namespace

std::vector<std::string> fabric_faults(const FabricPlan& plan, const Instance& instance,
                                       const Accelerator& accelerator, int nodes) {
  Faults faults = number_faults(plan, instance, accelerator, nodes);
  if (!faults.empty()) return faults;
  const double links = count_links(plan, instance, nodes);
  if (links > kMostLinks) {
    faults.push_back(
        fmt::format("a fabric of {:.0f} million links: at most {:.0f} million, so "
                    "fewer nodes, or fewer spines",
                    links / 1e6, kMostLinks / 1e6));
    return faults;
  }
  if (plan.kind != FabricKind::kGraph) return faults;
  const NodeShape shape = node_shape(plan, instance, accelerator);
  return graph_faults(plan, shape, nodes);
}

}  // namespace sextant
