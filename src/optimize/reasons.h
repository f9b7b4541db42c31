#pragma once

#include "src/optimize/answer.h"

namespace sextant::optimize {

/// What makes a run's objective larger, or smaller, than another's. For one quantity, factors that
/// multiply to the ratio of the means:
///     time   = training itself / ETTR
///     cost   = time · nodes rented · price of a node-hour (all that is billed, by node and hour)
///     energy = time · nodes rented · power of a node (at the meter)
///     co2e   = energy · emissions of the grid
Reason reason_of(const Objective& objective, const Candidate& worse, const Candidate& best);

}  // namespace sextant::optimize
