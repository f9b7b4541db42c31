#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sextant/cluster/fabric.h"

namespace sextant {

/// Ranks of a group that share a link domain (or, without links, a node), in the order in which
/// their accelerators stand there, which is that in which communication libraries chain them.
struct RankDomain {
  std::vector<Fabric::VertexId> ranks;
  /// Ranks below the same PCIe switch, which share its cards: by their positions, ascending.
  std::vector<std::vector<std::int32_t>> rails;

  std::int32_t size() const { return static_cast<std::int32_t>(ranks.size()); }
  Fabric::VertexId rank(std::int32_t position) const {
    return ranks[static_cast<std::size_t>(position)];
  }
  /// The rail that a channel uses: they take turns.
  const std::vector<std::int32_t>& rail(std::int32_t channel) const {
    return rails[static_cast<std::size_t>(channel) % rails.size()];
  }
};

/// The domains of a group, in order of appearance.
std::vector<RankDomain> rank_domains(const Fabric& fabric, std::span<const Fabric::VertexId> ranks);

}  // namespace sextant
