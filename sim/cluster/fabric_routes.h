#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/range/iterator_range.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "sextant/cluster/fabric.h"

namespace sextant {

/// Shortest ways up and down again in a fabric. Holds the upward links only, and searches from both
/// ends in rings of so many links: a ring of a large cluster is no longer than a leaf has spines.
///
/// A host's traffic goes down before it goes up. So that it need not, each host has a second vertex
/// below its PCIe switches, where its flows begin and end.
class FabricRoutes {
 public:
  using VertexId = Fabric::VertexId;
  using LinkId = Fabric::LinkId;

  FabricRoutes(std::span<const Fabric::Vertex> vertices, std::span<const Fabric::Link> links);

  /// As Fabric::route. @pre connected, and not the same
  Route spray(VertexId from, VertexId to) const;
  Route hash(VertexId from, VertexId to, std::uint64_t key) const;
  /// Shortest paths, parallel cables counted once. 0: not connected.
  double paths(VertexId from, VertexId to) const;

 private:
  struct Upward {
    LinkId link = 0;      ///< from the lower end; its reverse is link ^ 1
    double cables = 1.0;  ///< or 1, where paths are counted
  };
  using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Upward>;

  /// A vertex that is reached, and on how many paths, each cable counted.
  struct Reached {
    VertexId vertex = 0;
    double paths = 0.0;
  };
  using Ring = std::vector<Reached>;  ///< by vertex
  using Climb = std::vector<Ring>;    ///< by links from the start
  /// A nearest vertex above both ends.
  struct Summit {
    VertexId vertex = 0;
    std::size_t up = 0, down = 0;  ///< rings
    double paths_up = 0.0, paths_down = 0.0;
  };
  /// Paths from each vertex of a climb to its summits.
  using Beyond = std::vector<std::vector<double>>;

  VertexId end_of(VertexId id) const { return end_[static_cast<std::size_t>(id)]; }
  auto links_above(VertexId id) const {
    return boost::make_iterator_range(boost::out_edges(static_cast<std::size_t>(id), graph_));
  }
  void rank_vertices();
  Ring ring_above(const Climb& climb, bool count_cables) const;
  std::vector<Summit> summits(Climb& up, Climb& down, bool count_cables) const;
  void climb_alike(Climb& up, Climb& down, bool count_cables) const;
  void climb_all(Climb& climb, bool count_cables) const;
  void keep_link_switches(std::vector<Summit>& found) const;
  Beyond beyond(const Climb& climb, std::vector<std::vector<double>> seeds) const;
  void spread(const Climb& climb, const Beyond& beyond, LinkId reverse, double total,
              Route& route) const;
  void walk(const Climb& climb, const Beyond& beyond, LinkId reverse, std::uint64_t draw,
            Route& route) const;

  Graph graph_;
  std::vector<FabricRole> role_;
  std::vector<VertexId> end_;       ///< where flows of a vertex begin and end
  std::vector<std::int32_t> rank_;  ///< empty: ways up to some vertex differ in length
};

}  // namespace sextant
