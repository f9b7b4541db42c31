#include "sim/cluster/node_shape.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace sextant {
namespace {

std::optional<BytesPerSecond> known_host_link(const FabricPlan& plan, const Instance& instance) {
  if (plan.host_link) return plan.host_link->value;
  if (instance.host && instance.host->link_bandwidth) return instance.host->link_bandwidth->value;
  return std::nullopt;
}

}  // namespace

NodeShape node_shape(const FabricPlan& plan, const Instance& instance,
                     const Accelerator& accelerator) {
  NodeShape shape;
  shape.accelerators = instance.accelerators;
  shape.cards = instance.network_cards;
  shape.pcie_switches = std::gcd(shape.accelerators, shape.cards);
  const int domain = std::max(1, instance.accelerators_per_link_domain());
  shape.nodes_per_domain = std::max(1, domain / shape.accelerators);
  if (domain <= shape.accelerators) {
    shape.link_switches = (shape.accelerators + domain - 1) / domain;
  }
  shape.link = accelerator.link_bandwidth;
  shape.card = instance.network_bandwidth.value / shape.cards;
  const BytesPerSecond cards_of_switch =
      shape.card * static_cast<double>(shape.cards / shape.pcie_switches);
  const std::optional<BytesPerSecond> host_link = known_host_link(plan, instance);
  shape.lane = std::max(cards_of_switch, host_link.value_or(BytesPerSecond(0)));
  // Not known: all that the node could send at once.
  shape.host_link = host_link.value_or(instance.network_bandwidth.value +
                                       shape.link * static_cast<double>(shape.accelerators));
  return shape;
}

}  // namespace sextant
