#include "sim/cluster/fabric_layout.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/range/iterator_range.hpp>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace sextant {
namespace {

using Graph = boost::compressed_sparse_row_graph<boost::directedS>;

/// The links that go up: every other one.
Graph upward(std::size_t vertices, std::span<const Fabric::Link> links) {
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  edges.reserve(links.size() / 2);
  for (std::size_t link = 0; link < links.size(); link += 2) {
    edges.emplace_back(links[link].from, links[link].to);
  }
  return Graph(boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(), vertices);
}

/// The nodes that a vertex stands over, from left to right.
struct Span {
  float left = 0.0F, right = 0.0F;
  bool empty = true;

  void widen(const Span& other) {
    if (other.empty) return;
    left = empty ? other.left : std::min(left, other.left);
    right = empty ? other.right : std::max(right, other.right);
    empty = false;
  }
  auto key() const { return std::tuple(left, right); }
};

Span own_span(const Fabric::Vertex& vertex, int nodes) {
  if (vertex.role == FabricRole::kStorage) {
    return {static_cast<float>(nodes), static_cast<float>(nodes + 1), false};
  }
  if (vertex.node < 0) return {};
  return {static_cast<float>(vertex.node), static_cast<float>(vertex.node + 1), false};
}

void raise_levels(std::span<Fabric::Vertex> vertices, std::vector<Span>& spans, const Graph& graph,
                  const std::vector<std::size_t>& upward_order) {
  for (const std::size_t lower : upward_order) {
    const bool store = vertices[lower].role == FabricRole::kStorage;
    for (const auto upper : boost::make_iterator_range(boost::adjacent_vertices(lower, graph))) {
      vertices[upper].level = std::max(vertices[upper].level, vertices[lower].level + 1);
      if (!store && vertices[upper].node < 0) spans[upper].widen(spans[lower]);
    }
  }
}

/// Vertices of a level over the same nodes share the width evenly, in their order.
void spread(std::span<Fabric::Vertex> vertices, const std::vector<Span>& spans) {
  using Place = std::tuple<std::int32_t, std::tuple<float, float>>;
  std::map<Place, std::pair<int, int>> beside;  // how many there are, how many are placed
  const auto place = [&](std::size_t id) { return Place(vertices[id].level, spans[id].key()); };
  for (std::size_t id = 0; id < vertices.size(); ++id) ++beside[place(id)].first;
  for (std::size_t id = 0; id < vertices.size(); ++id) {
    auto& [all, placed] = beside[place(id)];
    const float part = (static_cast<float>(placed++) + 0.5F) / static_cast<float>(all);
    vertices[id].x = spans[id].left + part * (spans[id].right - spans[id].left);
    vertices[id].y = static_cast<float>(vertices[id].level);
  }
}

void hang_stores(std::span<Fabric::Vertex> vertices, const Graph& graph) {
  for (std::size_t id = 0; id < vertices.size(); ++id) {
    if (vertices[id].role != FabricRole::kStorage) continue;
    for (const auto upper : boost::make_iterator_range(boost::adjacent_vertices(id, graph))) {
      vertices[id].y = std::max(vertices[id].y, vertices[upper].y - 1.0F);
    }
  }
}

}  // namespace

void lay_out(std::span<Fabric::Vertex> vertices, std::span<const Fabric::Link> links, int nodes) {
  const Graph graph = upward(vertices.size(), links);
  std::vector<std::size_t> order;  // uppermost first
  order.reserve(vertices.size());
  boost::topological_sort(graph, std::back_inserter(order));
  std::reverse(order.begin(), order.end());
  std::vector<Span> spans;
  spans.reserve(vertices.size());
  for (const Fabric::Vertex& vertex : vertices) spans.push_back(own_span(vertex, nodes));
  raise_levels(vertices, spans, graph, order);
  spread(vertices, spans);
  hang_stores(vertices, graph);
}

std::vector<std::int32_t> leaf_groups(std::span<const Fabric::Vertex> vertices,
                                      std::span<const Fabric::Link> links, int nodes) {
  std::vector<std::vector<Fabric::VertexId>> above(static_cast<std::size_t>(nodes));
  for (std::size_t link = 0; link < links.size(); link += 2) {
    const Fabric::Vertex& lower = vertices[static_cast<std::size_t>(links[link].from)];
    if (lower.role != FabricRole::kCard) continue;
    above[static_cast<std::size_t>(lower.node)].push_back(links[link].to);
  }
  std::map<std::vector<Fabric::VertexId>, std::int32_t> groups;
  std::vector<std::int32_t> of;
  for (std::vector<Fabric::VertexId>& switches : above) {
    std::sort(switches.begin(), switches.end());
    switches.erase(std::unique(switches.begin(), switches.end()), switches.end());
    const auto next = static_cast<std::int32_t>(groups.size());
    of.push_back(groups.try_emplace(std::move(switches), next).first->second);
  }
  return of;
}

}  // namespace sextant
