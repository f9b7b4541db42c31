#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/kernel/enum_names.h"

namespace sextant {

/// Which nodes of a fabric a job gets, and in which order.
/// Contiguous: the first ones, as they stand. Topology-aware: from as few leaves as hold it, leaf
/// by leaf, the fullest first (Slurm's and Kueue's best fit). Scattered: any, in any order.
enum class PlacementPolicy { kContiguous, kTopologyAware, kScattered };

template <>
struct EnumNames<PlacementPolicy> {
  static constexpr std::array table{std::pair{PlacementPolicy::kContiguous, "contiguous"},
                                    std::pair{PlacementPolicy::kTopologyAware, "topology_aware"},
                                    std::pair{PlacementPolicy::kScattered, "scattered"}};
};

/// Where the ranks of a job sit.
struct Placement {
  std::vector<Fabric::VertexId> accelerators;  ///< by rank

  Fabric::VertexId of(int rank) const { return accelerators[static_cast<std::size_t>(rank)]; }
};

/// The nodes that a policy takes from those that are free, in the order of the job's nodes.
/// @pre nodes <= free.size()
std::vector<int> choose_nodes(const Fabric& fabric, const std::vector<int>& free, int nodes,
                              PlacementPolicy policy, std::uint64_t seed);

/// Ranks over nodes, as many on each as there are accelerators times `ranks_per_accelerator`.
/// Rail-aligned: the i-th rank of every node on accelerator i, so that ranks at a stride share a
/// rail. Otherwise each node begins with another accelerator than the one before it.
Placement place_ranks(const Fabric& fabric, const std::vector<int>& nodes, int ranks,
                      int ranks_per_accelerator, bool rail_aligned);

}  // namespace sextant
