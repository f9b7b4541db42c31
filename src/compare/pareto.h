#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace sextant::compare {

/// What a run is judged by, in the mean; less is better.
struct Objectives {
  double time_s = 0;
  std::optional<double> cost_usd{};
  std::optional<double> energy_j{};
};

/// For each run those of the Pareto set that dominate it: no worse in anything, better in
/// something. Runs without any are the Pareto set. What one of the runs does not have is left out
/// for all. An absent run neither dominates nor is dominated.
std::vector<std::vector<std::size_t>> dominators(
    const std::vector<std::optional<Objectives>>& runs);

}  // namespace sextant::compare
