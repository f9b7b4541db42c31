#include "sim/network/flow_edges.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/network/sum_equal.h"

namespace sextant {
namespace {

constexpr std::size_t kManyLoads = 4'000'000;

/// Connections between two ranks, of which a hash sends each its own way: one for each card of the
/// sender. Sprayed packets take all ways, whatever the connection.
int connections(const Fabric& fabric) {
  if (fabric.paths() == PathChoice::kSpray) return 1;
  return std::max(1, fabric.cards_per_node() / std::max(1, fabric.accelerators_per_node()));
}

}  // namespace

void FlowEdges::add(Fabric::VertexId from, Fabric::VertexId to, double flows) {
  if (from != to) edges_.push_back({from, to, flows});
}

TransferPattern FlowEdges::pattern(double bytes) {
  sum_edges();
  for (const Edge& edge : std::exchange(edges_, {})) load(edge);
  sum_loads();
  return {bytes, std::exchange(loads_, {})};
}

void FlowEdges::sum_edges() {
  sum_equal(edges_, [](const Edge& edge) { return std::pair(edge.from, edge.to); });
}

void FlowEdges::load(const Edge& edge) {
  const int ways = connections(fabric_);
  for (int way = 0; way < ways; ++way) {
    const auto key = static_cast<std::uint64_t>(way);
    for (const RouteShare& part : fabric_.route(edge.from, edge.to, key)) {
      loads_.push_back({part.link, part.share * edge.flows / ways});
    }
  }
  if (loads_.size() > kManyLoads) sum_loads();
}

void FlowEdges::sum_loads() {
  sum_equal(loads_, [](const FlowLoad& load) { return load.link; });
}

}  // namespace sextant
