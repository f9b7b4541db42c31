#pragma once

#include <vector>

#include "calibrate/comm/world.h"

namespace sextant::comm {

/// The ranks that use a store at once: spread over the nodes, each node's first ranks before its
/// second ones, so that as many clients as nodes are one on each.
class Clients {
 public:
  Clients(const World& world, int count);
  bool contains(int rank) const;
  int count() const { return static_cast<int>(ranks_.size()); }
  int nodes() const;
  int most_of_a_node() const;

 private:
  const World& world_;
  std::vector<int> ranks_;
};

/// How many at once: those asked for, or 1, one on each node, and all. Ascending, each once.
/// @throws CommError if more are asked for than there are ranks, or none
std::vector<int> client_counts(const World& world, std::vector<int> asked);

}  // namespace sextant::comm
