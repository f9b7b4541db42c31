#include "sim/cluster/graph_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/range/iterator_range.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "sim/cluster/card_name.h"

namespace sextant {
namespace {

using Faults = std::vector<std::string>;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

/// So many of a kind are named; the others are counted.
constexpr std::size_t kNamed = 4;

/// "a, b, c, d and 12 more"
std::string listed(const std::vector<std::string>& names) {
  if (names.size() <= kNamed + 1) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kNamed, ", "),
                     names.size() - kNamed);
}

/// Insertions, deletions and replacements that turn one name into the other.
std::size_t edits(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
    }
  }
  return row.back();
}

bool may_stand_alone(FabricRole role) {
  return role == FabricRole::kLeaf || role == FabricRole::kSpine || role == FabricRole::kCore ||
         role == FabricRole::kStorage;
}

/// An explicit graph: cards of all nodes, then the plan's vertices.
class GraphFaults {
 public:
  GraphFaults(const FabricPlan& plan, const NodeShape& shape, int nodes)
      : plan_(plan),
        shape_(shape),
        nodes_(nodes),
        cards_(static_cast<std::size_t>(nodes) * static_cast<std::size_t>(shape.cards)),
        graph_(cards_ + plan.vertices.size()) {}

  Faults find() {
    check_vertices();
    for (const FabricLinkPlan& link : plan_.links) check_link(link);
    if (!faults_.empty()) return std::move(faults_);
    check_circles();
    check_loose_ends();
    if (faults_.empty()) check_paths();
    return std::move(faults_);
  }

 private:
  void check_vertices() {
    for (std::size_t i = 0; i < plan_.vertices.size(); ++i) {
      const FabricVertexPlan& vertex = plan_.vertices[i];
      if (vertex.name.empty()) faults_.emplace_back("a vertex has no name");
      if (parse_card_name(vertex.name)) {
        faults_.push_back(fmt::format(
            "vertex {} is called as a card is: cards are made from the instance", vertex.name));
      }
      if (!may_stand_alone(vertex.role)) {
        faults_.push_back(fmt::format(
            "vertex {} is a part of a node: only leaf, spine, core and storage stand alone",
            vertex.name));
      }
      if (!ids_.emplace(vertex.name, cards_ + i).second) {
        faults_.push_back(fmt::format("two vertices are called {}", vertex.name));
      }
    }
  }

  void check_link(const FabricLinkPlan& link) {
    const std::optional<std::size_t> lower = find_end(link, link.lower);
    const std::optional<std::size_t> upper = find_end(link, link.upper);
    const std::string name = fmt::format("link {} to {}", link.lower, link.upper);
    if (!(link.bandwidth > BytesPerSecond(0)) || !std::isfinite(link.bandwidth.si())) {
      faults_.push_back(fmt::format("{} has bandwidth {} B/s: give it one or take it out", name,
                                    link.bandwidth.si()));
    }
    if (link.cables < 1) {
      faults_.push_back(
          fmt::format("{} has {} cables: give it one or take it out", name, link.cables));
    }
    if (!lower || !upper) return;
    if (*upper < cards_) {
      faults_.push_back(fmt::format("{}: a card is a lower end; turn the link round", name));
    } else if (role(*upper) == FabricRole::kStorage) {
      faults_.push_back(fmt::format("{}: a store is a lower end; turn the link round", name));
    } else if (*lower == *upper) {
      faults_.push_back(fmt::format("{} joins a switch with itself: take it out", name));
    } else {
      boost::add_edge(*lower, *upper, graph_);
    }
  }

  std::optional<std::size_t> find_end(const FabricLinkPlan& link, const std::string& name) {
    const std::string where = fmt::format("link {} to {}", link.lower, link.upper);
    if (const auto card = parse_card_name(name)) {
      if (card->node < nodes_ && card->card < shape_.cards) return id_of(card->node, card->card);
      faults_.push_back(fmt::format(
          "{}: there is no {}: {} nodes have {} cards each, from {} to {}", where, name, nodes_,
          shape_.cards, card_name(0, 0), card_name(nodes_ - 1, shape_.cards - 1)));
      return std::nullopt;
    }
    const auto found = ids_.find(name);
    if (found != ids_.end()) return found->second;
    faults_.push_back(fmt::format("{}: nothing is called {}{}", where, name, nearest(name)));
    return std::nullopt;
  }

  std::string nearest(const std::string& name) const {
    std::string best;
    std::size_t fewest = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const auto& [candidate, id] : ids_) {
      const std::size_t needed = edits(name, candidate);
      if (needed < fewest) {
        fewest = needed;
        best = candidate;
      }
    }
    return best.empty() ? ": vertices lists what links may name, and cards are called node-0/card-0"
                        : fmt::format("; did you mean {}?", best);
  }

  /// Walks round each group of switches that all reach one another.
  void check_circles() {
    std::vector<std::size_t> component(boost::num_vertices(graph_));
    const std::size_t count = boost::strong_components(
        graph_, boost::make_iterator_property_map(component.begin(),
                                                  boost::get(boost::vertex_index, graph_)));
    std::vector<std::vector<std::size_t>> members(count);
    for (std::size_t id = 0; id < component.size(); ++id) members[component[id]].push_back(id);
    for (const std::vector<std::size_t>& switches : members) {
      if (switches.size() < 2) continue;
      faults_.push_back(
          fmt::format("{} form a circle: every link goes from a lower end to an upper one",
                      listed(circle(switches.front(), component))));
    }
  }

  /// The names on a way from switch to switch of a component, from where it first closes.
  std::vector<std::string> circle(std::size_t start, const std::vector<std::size_t>& component) {
    std::vector<std::size_t> way{start};
    for (;;) {
      const auto uppers = boost::make_iterator_range(boost::adjacent_vertices(way.back(), graph_));
      const auto next = std::find_if(uppers.begin(), uppers.end(), [&](std::size_t upper) {
        return component[upper] == component[start];
      });
      const auto closes = std::find(way.begin(), way.end(), *next);
      if (closes == way.end()) {
        way.push_back(*next);
        continue;
      }
      std::vector<std::string> names;
      for (auto it = closes; it != way.end(); ++it) names.push_back(name(*it));
      return names;
    }
  }

  void check_loose_ends() {
    std::vector<bool> joined(boost::num_vertices(graph_), false);
    for (const auto edge : boost::make_iterator_range(boost::edges(graph_))) {
      joined[boost::source(edge, graph_)] = true;
      joined[boost::target(edge, graph_)] = true;
    }
    std::vector<std::string> loose;
    for (std::size_t id = 0; id < joined.size(); ++id) {
      const bool needed = id >= cards_ || nodes_ > 1;
      if (needed && !joined[id]) loose.push_back(name(id));
    }
    if (loose.empty()) return;
    faults_.push_back(
        fmt::format("{} {} joined to nothing", listed(loose), loose.size() == 1 ? "is" : "are"));
  }

  using Tops = std::set<std::size_t>;

  /// Accelerators, or a store, below the same uppermost switches.
  struct Ends {
    int node = -1;   ///< the first that has such; -1: a store
    int other = -1;  ///< another node; -1: there is none
    int pcie_switch = 0;
    std::string store;
  };

  /// Two ends have a switch above both if, and only if, they have an uppermost one in common.
  void check_paths() {
    find_tops();
    std::map<Tops, Ends> classes;
    for (int node = 0; node < nodes_; ++node) {
      for (int i = 0; i < shape_.pcie_switches; ++i) {
        Ends& ends = classes.try_emplace(tops_of(node, i), Ends{node, -1, i, ""}).first->second;
        if (ends.node != node) ends.other = node;
      }
    }
    for (std::size_t i = 0; i < plan_.vertices.size(); ++i) {
      if (role(cards_ + i) != FabricRole::kStorage) continue;
      classes.try_emplace(*tops_[cards_ + i], Ends{-1, -1, 0, plan_.vertices[i].name});
    }
    for (auto a = classes.begin(); a != classes.end() && faults_.size() < kNamed; ++a) {
      for (auto b = std::next(a); b != classes.end() && faults_.size() < kNamed; ++b) {
        if (!meet(a->first, b->first)) report_no_path(a->second, b->second);
      }
    }
  }

  void report_no_path(Ends a, Ends b) {
    if (a.node == b.node && a.other >= 0) std::swap(a.node, a.other);
    if (a.node == b.node && b.other >= 0) std::swap(b.node, b.other);
    if (a.node == b.node) return;  // they meet in its host
    const bool whole_nodes = a.node >= 0 && b.node >= 0 && !meet(tops_of(a.node), tops_of(b.node));
    const auto words = [&](const Ends& ends) {
      if (ends.node < 0) return ends.store;
      if (whole_nodes || shape_.pcie_switches == 1) return fmt::format("node {}", ends.node);
      const int accelerator = ends.pcie_switch * shape_.accelerators / shape_.pcie_switches;
      return fmt::format("accelerator {} of node {}", accelerator, ends.node);
    };
    faults_.push_back(
        fmt::format("{} and {} have no path: no switch is above both", words(a), words(b)));
  }

  static bool meet(const Tops& a, const Tops& b) {
    return std::any_of(a.begin(), a.end(), [&](std::size_t top) { return b.count(top) > 0; });
  }

  /// The switches above each vertex that nothing is above.
  void find_tops() {
    std::vector<std::size_t> order;  // uppermost first
    boost::topological_sort(graph_, std::back_inserter(order));
    tops_.resize(order.size());
    for (const std::size_t id : order) {
      Tops tops;
      for (const auto upper : boost::make_iterator_range(boost::adjacent_vertices(id, graph_))) {
        tops.insert(tops_[upper]->begin(), tops_[upper]->end());
      }
      if (tops.empty() && id >= cards_) tops.insert(id);
      tops_[id] = &*different_tops_.insert(std::move(tops)).first;
    }
  }

  Tops tops_of(int node, int pcie_switch) const {
    const int per_switch = shape_.cards / shape_.pcie_switches;
    Tops all;
    for (int i = 0; i < per_switch; ++i) {
      const Tops& own = *tops_[id_of(node, pcie_switch * per_switch + i)];
      all.insert(own.begin(), own.end());
    }
    return all;
  }
  Tops tops_of(int node) const {
    Tops all;
    for (int i = 0; i < shape_.pcie_switches; ++i) all.merge(tops_of(node, i));
    return all;
  }

  std::size_t id_of(int node, int card) const {
    return static_cast<std::size_t>(node) * static_cast<std::size_t>(shape_.cards) +
           static_cast<std::size_t>(card);
  }
  FabricRole role(std::size_t id) const { return plan_.vertices[id - cards_].role; }
  std::string name(std::size_t id) const {
    if (id >= cards_) return plan_.vertices[id - cards_].name;
    const auto per_node = static_cast<std::size_t>(shape_.cards);
    return card_name(static_cast<int>(id / per_node), static_cast<int>(id % per_node));
  }

  const FabricPlan& plan_;
  const NodeShape& shape_;
  int nodes_;
  std::size_t cards_;
  Graph graph_;
  std::map<std::string, std::size_t> ids_;
  std::set<Tops> different_tops_;
  std::vector<const Tops*> tops_;  ///< by vertex
  Faults faults_;
};

}  // namespace

std::vector<std::string> graph_faults(const FabricPlan& plan, const NodeShape& shape, int nodes) {
  return GraphFaults(plan, shape, nodes).find();
}

}  // namespace sextant
