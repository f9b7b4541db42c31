#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "sextant/cluster/fabric.h"

namespace sextant {
namespace {

using Capacity = std::int64_t;  // whole bytes per second, so that the algorithm ends exactly
using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
struct Pipe {
  Capacity capacity = 0, residual = 0;
  Traits::edge_descriptor reverse = {};
};
using Network =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Pipe>;

/// What the first half of the nodes can send the second. Each switch is two vertices, one for what
/// goes up and one for what comes down, so that nothing goes up again.
class Halves {
 public:
  explicit Halves(const Fabric& fabric) : fabric_(fabric), network_(2) {}

  BytesPerSecond flow() {
    for (Fabric::LinkId link = 0; link < fabric_.links(); link += 2) sort_in(fabric_.link(link));
    for (const auto& [card, links] : links_of_cards_) join_card(card, links);
    for (const auto& [leaf, bandwidth] : sent_) connect(kSource, going_up(leaf), bandwidth);
    for (const auto& [leaf, bandwidth] : received_) connect(coming_down(leaf), kSink, bandwidth);
    const Capacity flow = boost::push_relabel_max_flow(
        network_, kSource, kSink,
        boost::capacity_map(boost::get(&Pipe::capacity, network_))
            .residual_capacity_map(boost::get(&Pipe::residual, network_))
            .reverse_edge_map(boost::get(&Pipe::reverse, network_)));
    return BytesPerSecond(static_cast<double>(flow));
  }

 private:
  static constexpr std::size_t kSource = 0, kSink = 1;

  FabricRole role(Fabric::VertexId id) const { return fabric_.vertex(id).role; }

  void sort_in(const Fabric::Link& up) {
    if (role(up.to) == FabricRole::kCard) {
      card_bandwidth_[up.to] = up.capacity;
    } else if (role(up.from) == FabricRole::kCard) {
      links_of_cards_[up.from].push_back(up);
    } else if (fabric_.vertex(up.from).node < 0 && role(up.from) != FabricRole::kStorage) {
      connect(going_up(up.from), going_up(up.to), up.capacity);
      connect(coming_down(up.to), coming_down(up.from), up.capacity);
    }
  }

  /// A card on one switch adds to what that gets or gives; one on several is a vertex of its own.
  void join_card(Fabric::VertexId card, const std::vector<Fabric::Link>& links) {
    const bool sends = fabric_.vertex(card).node < fabric_.nodes() / 2;
    const BytesPerSecond most = card_bandwidth_.at(card);
    std::map<Fabric::VertexId, BytesPerSecond>& side = sends ? sent_ : received_;
    if (links.size() == 1) {
      side[links.front().to] += std::min(most, links.front().capacity);
      return;
    }
    const std::size_t own = boost::add_vertex(network_);
    sends ? connect(kSource, own, most) : connect(own, kSink, most);
    for (const Fabric::Link& link : links) {
      sends ? connect(own, going_up(link.to), link.capacity)
            : connect(coming_down(link.to), own, link.capacity);
    }
  }

  std::size_t going_up(Fabric::VertexId id) {
    const auto [known, added] = numbers_.try_emplace(id, 0);
    if (added) {
      known->second = boost::add_vertex(network_);
      const std::size_t down = boost::add_vertex(network_);
      connect(known->second, down, BytesPerSecond(1e18));
    }
    return known->second;
  }
  std::size_t coming_down(Fabric::VertexId id) { return going_up(id) + 1; }

  void connect(std::size_t from, std::size_t to, BytesPerSecond bandwidth) {
    const auto there = boost::add_edge(from, to, network_).first;
    const auto back = boost::add_edge(to, from, network_).first;
    network_[there] = {static_cast<Capacity>(bandwidth.si()), 0, back};
    network_[back] = {0, 0, there};
  }

  const Fabric& fabric_;
  Network network_;
  std::map<Fabric::VertexId, std::size_t> numbers_;
  std::map<Fabric::VertexId, BytesPerSecond> card_bandwidth_, sent_, received_;
  std::map<Fabric::VertexId, std::vector<Fabric::Link>> links_of_cards_;
};

}  // namespace

BytesPerSecond Fabric::bisection() const {
  return nodes_ > 1 ? Halves(*this).flow() : BytesPerSecond(0);
}

}  // namespace sextant
