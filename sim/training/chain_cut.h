#pragma once

#include <functional>
#include <vector>

namespace sextant {

/// What a stage costs: the cut makes the largest `first` small, and of the cuts that do so the
/// largest `second`.
struct StageCost {
  double first = 0;
  double second = 0;
};

/// Cost of the stage `stage` that holds the items begin … end − 1 of a chain. Adding items at its
/// end never makes it cheaper.
using StageCostFunction = std::function<StageCost(int stage, int begin, int end)>;

/// Cuts a chain into `stages` consecutive pieces: how many items each has. Only the first and the
/// last may have none. Exact: a cut is a path through a graph whose vertices are boundaries
/// (stages before it, items before it) and whose edges are stages; the cut with the least largest
/// cost is its bottleneck shortest path. Takes time in O(stages · items · items of the largest
/// stage).
/// @param start a cut to improve on; stages that cost more than its largest are not looked at
/// @pre `start` has one entry per stage, two or more, which sum to the items of the chain
std::vector<int> cut_chain(const std::vector<int>& start, const StageCostFunction& cost);

}  // namespace sextant
