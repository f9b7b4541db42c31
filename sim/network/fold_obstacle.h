#pragma once

#include <span>
#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sim/network/colour_refinement.h"

namespace sextant {

/// Why transfers do not fold, in words: which of a set differ, and on which links.
/// @pre colours.torn_set() >= 0
std::string fold_obstacle(const Fabric& fabric, const std::vector<bool>& counts,
                          std::span<const AlikeTransfers> alike, const ColourRefinement& colours);

}  // namespace sextant
