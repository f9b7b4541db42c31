#include "sim/cluster/fabric_routes.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

std::size_t at(Fabric::VertexId id) { return static_cast<std::size_t>(id); }

/// Adds paths to a vertex of a ring that is filled in ascending order from `cursor` on.
template <class Ring>
void add_paths(Ring& ring, std::size_t& cursor, Fabric::VertexId vertex, double paths) {
  while (cursor < ring.size() && ring[cursor].vertex < vertex) ++cursor;
  if (cursor < ring.size() && ring[cursor].vertex == vertex) {
    ring[cursor].paths += paths;
  } else {
    ring.insert(ring.begin() + static_cast<std::ptrdiff_t>(cursor), {vertex, paths});
  }
}

template <class Ring>
auto find_in(const Ring& ring, Fabric::VertexId vertex) {
  const auto found = std::lower_bound(
      ring.begin(), ring.end(), vertex,
      [](const auto& reached, Fabric::VertexId id) { return reached.vertex < id; });
  return found != ring.end() && found->vertex == vertex ? found : ring.end();
}

/// A number of 64 well-mixed bits (SplitMix64's finaliser).
std::uint64_t mix(std::uint64_t bits) {
  bits += 0x9e3779b97f4a7c15ULL;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
  return bits ^ (bits >> 31);
}

/// Below `total`, by the bits of a hash.
double below(std::uint64_t bits, double total) {
  return static_cast<double>(bits >> 11) * 0x1p-53 * total;
}

/// An upward link, or one from a host's second vertex into a PCIe switch.
struct Edge {
  Fabric::VertexId lower = 0, upper = 0;
  Fabric::LinkId link = 0;
  int cables = 1;
};

}  // namespace

FabricRoutes::FabricRoutes(std::span<const Fabric::Vertex> vertices,
                           std::span<const Fabric::Link> links)
    : end_(vertices.size()) {
  std::iota(end_.begin(), end_.end(), 0);
  for (const Fabric::Vertex& vertex : vertices) role_.push_back(vertex.role);
  std::vector<Edge> edges;
  edges.reserve(links.size() / 2 + links.size() / 16);
  for (std::size_t link = 0; link < links.size(); link += 2) {
    const auto id = static_cast<LinkId>(link);
    const Fabric::Link& up = links[link];
    edges.push_back({up.from, up.to, id, up.cables});
    if (role_[at(up.to)] != FabricRole::kHost) continue;
    VertexId& end = end_[at(up.to)];
    if (end == up.to) {
      end = static_cast<VertexId>(role_.size());
      role_.push_back(FabricRole::kHost);
    }
    edges.push_back({end, up.from, id ^ 1, up.cables});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tuple(a.lower, a.upper, a.link) < std::tuple(b.lower, b.upper, b.link);
  });
  std::vector<std::pair<std::size_t, std::size_t>> ends;
  std::vector<Upward> upward;
  ends.reserve(edges.size());
  upward.reserve(edges.size());
  for (const Edge& edge : edges) {
    ends.emplace_back(at(edge.lower), at(edge.upper));
    upward.push_back({edge.link, static_cast<double>(edge.cables)});
  }
  graph_ = Graph(boost::edges_are_sorted, ends.begin(), ends.end(), upward.begin(), role_.size());
  rank_vertices();
}

/// Gives all vertices ranks that grow by one with each upward link, if there are such.
void FabricRoutes::rank_vertices() {
  constexpr std::int32_t kNone = std::numeric_limits<std::int32_t>::min();
  std::vector<std::vector<VertexId>> lower_ends(role_.size());
  for (const auto edge : boost::make_iterator_range(boost::edges(graph_))) {
    lower_ends[boost::target(edge, graph_)].push_back(
        static_cast<VertexId>(boost::source(edge, graph_)));
  }
  rank_.assign(role_.size(), kNone);
  std::vector<VertexId> todo;
  bool ranked = true;
  const auto visit = [&](VertexId id, std::int32_t rank) {
    if (rank_[at(id)] == kNone) {
      rank_[at(id)] = rank;
      todo.push_back(id);
    }
    ranked = ranked && rank_[at(id)] == rank;
  };
  for (std::size_t first = 0; first < role_.size() && ranked; ++first) {
    if (rank_[first] == kNone) visit(static_cast<VertexId>(first), 0);
    while (!todo.empty() && ranked) {
      const VertexId id = todo.back();
      todo.pop_back();
      for (const auto upper :
           boost::make_iterator_range(boost::adjacent_vertices(at(id), graph_))) {
        visit(static_cast<VertexId>(upper), rank_[at(id)] + 1);
      }
      for (const VertexId lower : lower_ends[at(id)]) visit(lower, rank_[at(id)] - 1);
    }
  }
  if (!ranked) rank_.clear();
}

/// The vertices one link above the last ring that no ring has yet.
FabricRoutes::Ring FabricRoutes::ring_above(const Climb& climb, bool count_cables) const {
  Ring ring;
  for (const Reached& reached : climb.back()) {
    std::size_t cursor = 0;
    for (const auto edge : links_above(reached.vertex)) {
      const double cables = count_cables ? graph_[edge].cables : 1.0;
      const auto upper = static_cast<VertexId>(boost::target(edge, graph_));
      add_paths(ring, cursor, upper, reached.paths * cables);
    }
  }
  if (rank_.empty()) {  // else a vertex stands in one ring only
    std::erase_if(ring, [&](const Reached& reached) {
      return std::any_of(climb.begin(), climb.end(), [&](const Ring& earlier) {
        return find_in(earlier, reached.vertex) != earlier.end();
      });
    });
  }
  return ring;
}

/// Both up to the first rank at which they meet.
void FabricRoutes::climb_alike(Climb& up, Climb& down, bool count_cables) const {
  const auto meet = [&] {
    const Ring& other = down.back();
    return std::any_of(up.back().begin(), up.back().end(), [&](const Reached& reached) {
      return find_in(other, reached.vertex) != other.end();
    });
  };
  const auto rank = [&](const Climb& climb) { return rank_[at(climb.back().front().vertex)]; };
  while (!up.back().empty() && !down.back().empty()) {
    if (rank(up) == rank(down) && meet()) return;
    const bool raise_up = rank(up) <= rank(down);
    const bool raise_down = rank(down) <= rank(up);
    if (raise_up) up.push_back(ring_above(up, count_cables));
    if (raise_down) down.push_back(ring_above(down, count_cables));
  }
}

void FabricRoutes::climb_all(Climb& climb, bool count_cables) const {
  while (!climb.back().empty()) climb.push_back(ring_above(climb, count_cables));
}

/// NVLink carries what two accelerators of a link domain send each other, though a PCIe switch may
/// be as near.
void FabricRoutes::keep_link_switches(std::vector<Summit>& found) const {
  const auto is_link_switch = [&](const Summit& summit) {
    return role_[at(summit.vertex)] == FabricRole::kLinkSwitch;
  };
  if (std::none_of(found.begin(), found.end(), is_link_switch)) return;
  std::erase_if(found, [&](const Summit& summit) { return !is_link_switch(summit); });
}

std::vector<FabricRoutes::Summit> FabricRoutes::summits(Climb& up, Climb& down,
                                                        bool count_cables) const {
  if (rank_.empty()) {
    climb_all(up, count_cables);
    climb_all(down, count_cables);
  } else {
    climb_alike(up, down, count_cables);
  }
  std::vector<Summit> found;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  const bool last_only = !rank_.empty();  // they stopped where they met
  for (std::size_t i = last_only ? up.size() - 1 : 0; i < up.size(); ++i) {
    for (std::size_t j = last_only ? down.size() - 1 : 0; j < down.size() && i + j <= least; ++j) {
      for (const Reached& reached : up[i]) {
        const auto other = find_in(down[j], reached.vertex);
        if (other == down[j].end()) continue;
        if (i + j < least) found.clear();
        least = i + j;
        found.push_back({reached.vertex, i, j, reached.paths, other->paths});
      }
    }
  }
  keep_link_switches(found);
  return found;
}

/// @param seeds by ring and place in it: paths that go on from there
FabricRoutes::Beyond FabricRoutes::beyond(const Climb& climb,
                                          std::vector<std::vector<double>> seeds) const {
  for (std::size_t i = seeds.size() - 1; i-- > 0;) {
    const Ring& above = climb[i + 1];
    for (std::size_t place = 0; place < climb[i].size(); ++place) {
      std::size_t cursor = 0;
      for (const auto edge : links_above(climb[i][place].vertex)) {
        const auto upper = static_cast<VertexId>(boost::target(edge, graph_));
        while (cursor < above.size() && above[cursor].vertex < upper) ++cursor;
        if (cursor == above.size()) break;
        if (above[cursor].vertex != upper) continue;
        seeds[i][place] += graph_[edge].cables * seeds[i + 1][cursor];
      }
    }
  }
  return seeds;
}

/// The shares of all links of a climb. @param reverse 1 where the flow comes down
void FabricRoutes::spread(const Climb& climb, const Beyond& beyond, LinkId reverse, double total,
                          Route& route) const {
  for (std::size_t i = 0; i + 1 < beyond.size(); ++i) {
    const Ring& above = climb[i + 1];
    for (const Reached& reached : climb[i]) {
      std::size_t cursor = 0;
      for (const auto edge : links_above(reached.vertex)) {
        const auto upper = static_cast<VertexId>(boost::target(edge, graph_));
        while (cursor < above.size() && above[cursor].vertex < upper) ++cursor;
        if (cursor == above.size()) break;
        if (above[cursor].vertex != upper || beyond[i + 1][cursor] <= 0.0) continue;
        const double paths = reached.paths * graph_[edge].cables * beyond[i + 1][cursor];
        route.push_back({graph_[edge].link ^ reverse, paths / total});
      }
    }
  }
}

/// One path of a climb, each as likely as it has cables.
void FabricRoutes::walk(const Climb& climb, const Beyond& beyond, LinkId reverse,
                        std::uint64_t draw, Route& route) const {
  VertexId here = climb.front().front().vertex;
  double left = beyond.front().front();
  for (std::size_t i = 0; i + 1 < beyond.size(); ++i) {
    draw = mix(draw);
    double before = below(draw, left);
    VertexId next = here;
    LinkId link = 0;
    for (const auto edge : links_above(here)) {
      const auto upper = static_cast<VertexId>(boost::target(edge, graph_));
      const auto found = find_in(climb[i + 1], upper);
      if (found == climb[i + 1].end()) continue;
      const double onward = beyond[i + 1][static_cast<std::size_t>(found - climb[i + 1].begin())];
      if (onward <= 0.0) continue;
      next = upper;
      link = graph_[edge].link;
      left = onward;
      before -= graph_[edge].cables * onward;
      if (before < 0.0) break;
    }
    route.push_back({link ^ reverse, 1.0});
    here = next;
  }
}

namespace {

/// Zeros by ring, up to the highest ring of a summit.
template <class Climb>
std::vector<std::vector<double>> blank(const Climb& climb, std::size_t rings) {
  std::vector<std::vector<double>> zeros;
  for (std::size_t i = 0; i < rings; ++i) zeros.emplace_back(climb[i].size(), 0.0);
  return zeros;
}

template <class Ring>
std::size_t place_in(const Ring& ring, Fabric::VertexId vertex) {
  return static_cast<std::size_t>(find_in(ring, vertex) - ring.begin());
}

}  // namespace

Route FabricRoutes::spray(VertexId from, VertexId to) const {
  Climb up{{{end_of(from), 1.0}}}, down{{{end_of(to), 1.0}}};
  const std::vector<Summit> found = summits(up, down, true);
  SEXTANT_ASSERT(!found.empty(), "vertices {} and {} have no path", from, to);
  std::size_t up_rings = 0, down_rings = 0;
  for (const Summit& summit : found) {
    up_rings = std::max(up_rings, summit.up + 1);
    down_rings = std::max(down_rings, summit.down + 1);
  }
  auto up_seeds = blank(up, up_rings), down_seeds = blank(down, down_rings);
  double total = 0.0;
  for (const Summit& summit : found) {
    up_seeds[summit.up][place_in(up[summit.up], summit.vertex)] = summit.paths_down;
    down_seeds[summit.down][place_in(down[summit.down], summit.vertex)] = summit.paths_up;
    total += summit.paths_up * summit.paths_down;
  }
  Route route;
  spread(up, beyond(up, std::move(up_seeds)), 0, total, route);
  const auto turn = static_cast<std::ptrdiff_t>(route.size());
  spread(down, beyond(down, std::move(down_seeds)), 1, total, route);
  std::reverse(route.begin() + turn, route.end());
  return route;
}

Route FabricRoutes::hash(VertexId from, VertexId to, std::uint64_t key) const {
  Climb up{{{end_of(from), 1.0}}}, down{{{end_of(to), 1.0}}};
  const std::vector<Summit> found = summits(up, down, true);
  SEXTANT_ASSERT(!found.empty(), "vertices {} and {} have no path", from, to);
  const std::uint64_t ends =
      static_cast<std::uint64_t>(from) << 32 | static_cast<std::uint32_t>(to);
  std::uint64_t draw = mix(key ^ mix(ends));
  double total = 0.0;
  for (const Summit& summit : found) total += summit.paths_up * summit.paths_down;
  double before = below(draw, total);
  const Summit* top = &found.front();
  for (const Summit& summit : found) {
    top = &summit;
    before -= summit.paths_up * summit.paths_down;
    if (before < 0.0) break;
  }
  Route route;
  const auto one_way = [&](const Climb& climb, std::size_t ring, LinkId reverse) {
    auto seeds = blank(climb, ring + 1);
    seeds[ring][place_in(climb[ring], top->vertex)] = 1.0;
    draw = mix(draw);
    walk(climb, beyond(climb, std::move(seeds)), reverse, draw, route);
  };
  one_way(up, top->up, 0);
  const auto turn = static_cast<std::ptrdiff_t>(route.size());
  one_way(down, top->down, 1);
  std::reverse(route.begin() + turn, route.end());
  return route;
}

double FabricRoutes::paths(VertexId from, VertexId to) const {
  Climb up{{{end_of(from), 1.0}}}, down{{{end_of(to), 1.0}}};
  double total = 0.0;
  for (const Summit& summit : summits(up, down, false)) {
    total += summit.paths_up * summit.paths_down;
  }
  return total;
}

}  // namespace sextant
