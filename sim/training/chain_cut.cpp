#include "chain_cut.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dag_shortest_paths.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/property_map/function_property_map.hpp>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, StageCost,
                                                 boost::no_property, std::uint32_t, std::uint32_t>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;
using Edge = boost::graph_traits<Graph>::edge_descriptor;

/// The boundaries of a chain, and the stages between them that are worth a look.
class CutGraph {
 public:
  CutGraph(const std::vector<int>& start, const StageCostFunction& cost)
      : stages_(static_cast<int>(start.size())),
        items_(std::accumulate(start.begin(), start.end(), 0)) {
    SEXTANT_ASSERT(stages_ >= 2, "{} stages", stages_);
    add_edges(cost, largest_first(start, cost));
  }

  std::vector<int> best() const {
    const double bottleneck = largest_on_best_path(graph_, &StageCost::first).back();
    const auto allowed = [this, bottleneck](const Edge& edge) {
      return graph_[edge].first <= bottleneck;
    };
    const boost::filtered_graph<Graph, std::function<bool(const Edge&)>> cheapest(graph_, allowed);
    std::vector<Vertex> before;
    largest_on_best_path(cheapest, &StageCost::second, &before);
    return sizes(before);
  }

 private:
  Vertex vertex(int stage, int item) const {
    return static_cast<Vertex>(stage * (items_ + 1) + item);
  }

  static double largest_first(const std::vector<int>& start, const StageCostFunction& cost) {
    double largest = 0.0;
    int begin = 0;
    for (std::size_t stage = 0; stage < start.size(); begin += start[stage++]) {
      const StageCost here = cost(static_cast<int>(stage), begin, begin + start[stage]);
      largest = std::max(largest, here.first);
    }
    return largest;
  }

  bool may_be_empty(int stage) const { return stage == 0 || stage == stages_ - 1; }

  void add_edges(const StageCostFunction& cost, double bound) {
    std::vector<std::pair<Vertex, Vertex>> edges;
    std::vector<StageCost> costs;
    for (int stage = 0; stage < stages_; ++stage) {
      const bool last = stage == stages_ - 1;
      for (int begin = 0; begin <= (stage == 0 ? 0 : items_); ++begin) {
        const int shortest = begin + (may_be_empty(stage) ? 0 : 1);
        for (int end = last ? items_ : shortest; end <= items_; ++end) {
          const StageCost here = cost(stage, begin, end);
          if (here.first > bound) break;
          edges.emplace_back(vertex(stage, begin), vertex(stage + 1, end));
          costs.push_back(here);
        }
      }
    }
    graph_ = Graph(boost::edges_are_sorted, edges.begin(), edges.end(), costs.begin(),
                   static_cast<Vertex>((stages_ + 1) * (items_ + 1)));
  }

  /// By vertex, the least that the largest cost on a path from the beginning can be, and the vertex
  /// before it on such a path.
  template <class AnyGraph>
  std::vector<double> largest_on_best_path(const AnyGraph& graph, double StageCost::*cost,
                                           std::vector<Vertex>* before = nullptr) const {
    const std::size_t vertices = num_vertices(graph_);
    std::vector<double> largest(vertices);
    std::vector<Vertex> unused;
    if (!before) before = &unused;
    before->assign(vertices, 0);
    const auto index = get(boost::vertex_index, graph_);
    const auto weight = boost::make_function_property_map<Edge, double>(
        [this, cost](const Edge& edge) { return graph_[edge].*cost; });
    boost::dag_shortest_paths(
        graph, vertex(0, 0),
        boost::weight_map(weight)
            .distance_map(boost::make_iterator_property_map(largest.begin(), index))
            .predecessor_map(boost::make_iterator_property_map(before->begin(), index))
            .distance_compare(std::less<double>())
            .distance_combine([](double a, double b) { return std::max(a, b); })
            .distance_inf(std::numeric_limits<double>::infinity())
            .distance_zero(0.0));
    return largest;
  }

  std::vector<int> sizes(const std::vector<Vertex>& before) const {
    std::vector<int> sizes(static_cast<std::size_t>(stages_));
    Vertex end = vertex(stages_, items_);
    for (int stage = stages_ - 1; stage >= 0; --stage) {
      const Vertex begin = before[end];
      sizes[static_cast<std::size_t>(stage)] =
          static_cast<int>(end % static_cast<Vertex>(items_ + 1)) -
          static_cast<int>(begin % static_cast<Vertex>(items_ + 1));
      end = begin;
    }
    return sizes;
  }

  int stages_, items_;
  Graph graph_;
};

}  // namespace

std::vector<int> cut_chain(const std::vector<int>& start, const StageCostFunction& cost) {
  return CutGraph(start, cost).best();
}

}  // namespace sextant
