#pragma once

#include <span>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/network/flow_folding.h"

namespace sextant {

/// By link of the fabric: whether it can be full while the transfers run. It cannot
/// - where nothing crosses it,
/// - where all transfers at their highest rates need no more than it has, or
/// - where it takes on what comes out of a vertex upwards, and no transfer sends more of what it
///   brings to that vertex from below over this link than the link has of the bandwidth from below:
///   then the links from below are full first. So with a switch whose links up are together as wide
///   as those from below, and over which packets are sprayed. Likewise for links down into a
///   vertex, and those out of it further down.
///
/// Each link left out is bound by links at lower vertices, and these by still lower ones, so all
/// of them may be left out together.
std::vector<bool> links_that_fill(const Fabric& fabric, std::span<const double> capacities,
                                  std::span<const AlikeTransfers> alike);

}  // namespace sextant
