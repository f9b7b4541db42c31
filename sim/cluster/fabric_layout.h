#pragma once

#include <span>
#include <vector>

#include "sextant/cluster/fabric.h"

namespace sextant {

/// Sets the level of each vertex, the longest way up to it, and where it is drawn: above the middle
/// of the nodes that it stands over, beside those that stand over the same ones. A store is drawn
/// to the right of all nodes, one level below what it is joined to.
/// @pre no circle of upward links
void lay_out(std::span<Fabric::Vertex> vertices, std::span<const Fabric::Link> links, int nodes);

/// Which nodes end on the same switches: by node, numbered from 0 in the order of first nodes.
std::vector<std::int32_t> leaf_groups(std::span<const Fabric::Vertex> vertices,
                                      std::span<const Fabric::Link> links, int nodes);

}  // namespace sextant
