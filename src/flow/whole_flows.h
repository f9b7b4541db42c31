#pragma once

#include <cstdint>
#include <vector>

#include "sextant/network/flow_problem.h"

namespace sextant::flow {

/// SimGrid weighs a transfer on a link by how often its route names the link, a whole number.
/// On each link this is how many flows one naming stands for: what divides the flows of every
/// pattern there without a remainder, or where nothing does with at most `most` namings, a share of
/// 1/`most` of the largest: then a pattern's flows are off by at most half of that, and those of
/// less count as one. 1 for a link without flows.
std::vector<double> flows_per_naming(const FlowProblem& problem, std::int32_t most = 1000);

/// How often a route names a link with `flows` on it; at least once.
std::int32_t namings(double flows, double flows_per_naming);

}  // namespace sextant::flow
