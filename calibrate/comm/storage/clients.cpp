#include "calibrate/comm/storage/clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {

Clients::Clients(const World& world, int count) : world_(world) {
  std::vector<std::pair<int, int>> by_place;  // among the ranks of its node, and the rank
  std::map<int, int> places;
  for (int rank = 0; rank < world.size(); ++rank) {
    by_place.emplace_back(places[world.node_of(rank)]++, rank);
  }
  std::sort(by_place.begin(), by_place.end());
  for (int i = 0; i < count; ++i) ranks_.push_back(by_place[static_cast<std::size_t>(i)].second);
}

bool Clients::contains(int rank) const {
  return std::find(ranks_.begin(), ranks_.end(), rank) != ranks_.end();
}

int Clients::nodes() const { return std::min(count(), world_.nodes()); }

int Clients::most_of_a_node() const {
  std::map<int, int> of_node;
  for (const int rank : ranks_) ++of_node[world_.node_of(rank)];
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(of_node.begin(), of_node.end(), fewer)->second;
}

std::vector<int> client_counts(const World& world, std::vector<int> asked) {
  if (asked.empty()) asked = {1, world.nodes(), world.size()};
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  if (asked.front() < 1) throw CommError("a store needs at least one client");
  if (asked.back() > world.size()) {
    throw CommError(
        fmt::format("{} clients at once need as many ranks, and there are {}: start "
                    "more, as by mpirun -n {}",
                    asked.back(), world.size(), asked.back()));
  }
  return asked;
}

}  // namespace sextant::comm
