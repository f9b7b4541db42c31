#pragma once

namespace sextant {

/// Where the ranks of one communicator sit: `per_node` of them on each node that it touches.
struct GroupPlacement {
  int ranks = 1;
  int per_node = 1;
  int nodes() const { return (ranks + per_node - 1) / per_node; }
};

}  // namespace sextant
