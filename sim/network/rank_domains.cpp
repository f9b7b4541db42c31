#include "sim/network/rank_domains.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

bool crosses_cards(const Fabric& fabric, const Route& route) {
  return std::any_of(route.begin(), route.end(), [&](const RouteShare& part) {
    return fabric.vertex(fabric.link(part.link).to).role == FabricRole::kCard;
  });
}

/// Nodes in a row whose accelerators share a link domain.
int nodes_per_domain(const Fabric& fabric) {
  for (int node = 1; node < fabric.nodes(); ++node) {
    const Route way = fabric.route(fabric.accelerator(0, 0), fabric.accelerator(node, 0));
    if (crosses_cards(fabric, way)) return node;
  }
  return std::max(1, fabric.nodes());
}

/// What the accelerator's traffic with its host goes to first.
Fabric::VertexId pcie_switch(const Fabric& fabric, Fabric::VertexId accelerator) {
  for (const RouteShare& part :
       fabric.route(accelerator, fabric.host(fabric.vertex(accelerator).node))) {
    const Fabric::Link& link = fabric.link(part.link);
    if (link.from == accelerator) return link.to;
  }
  SEXTANT_ASSERT(false, "no way from {} to its host", fabric.name(accelerator));
}

void sort_ranks(const Fabric& fabric, std::vector<Fabric::VertexId>& ranks) {
  const auto place = [&](Fabric::VertexId id) {
    return std::tuple(fabric.vertex(id).node, fabric.vertex(id).index);
  };
  std::stable_sort(ranks.begin(), ranks.end(), [&](auto a, auto b) { return place(a) < place(b); });
}

void find_rails(const Fabric& fabric, RankDomain& domain) {
  std::map<Fabric::VertexId, std::size_t> found;  // by PCIe switch
  for (std::int32_t position = 0; position < domain.size(); ++position) {
    const auto [place, fresh] =
        found.try_emplace(pcie_switch(fabric, domain.rank(position)), domain.rails.size());
    if (fresh) domain.rails.emplace_back();
    domain.rails[place->second].push_back(position);
  }
}

}  // namespace

std::vector<RankDomain> rank_domains(const Fabric& fabric,
                                     std::span<const Fabric::VertexId> ranks) {
  std::vector<RankDomain> domains;
  std::map<int, std::size_t> found;  // by number of the domain
  const int nodes = nodes_per_domain(fabric);
  for (const Fabric::VertexId rank : ranks) {
    const Fabric::Vertex& vertex = fabric.vertex(rank);
    SEXTANT_ASSERT(vertex.role == FabricRole::kAccelerator, "a rank at {}", fabric.name(rank));
    const auto [place, fresh] = found.try_emplace(vertex.node / nodes, domains.size());
    if (fresh) domains.emplace_back();
    domains[place->second].ranks.push_back(rank);
  }
  for (RankDomain& domain : domains) {
    sort_ranks(fabric, domain.ranks);
    find_rails(fabric, domain);
  }
  return domains;
}

}  // namespace sextant
