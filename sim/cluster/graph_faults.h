#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/fabric_plan.h"
#include "sim/cluster/node_shape.h"

namespace sextant {

/// Why an explicit graph is no fabric for so many nodes of that shape, as fabric_faults.
std::vector<std::string> graph_faults(const FabricPlan& plan, const NodeShape& shape, int nodes);

}  // namespace sextant
