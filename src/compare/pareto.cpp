#include "src/compare/pareto.h"

#include <algorithm>

namespace sextant::compare {
namespace {

using Values = std::vector<double>;

/// The objectives that all runs have.
std::vector<std::optional<Values>> common(const std::vector<std::optional<Objectives>>& runs) {
  bool cost = true, energy = true;
  for (const auto& run : runs) {
    if (!run) continue;
    cost = cost && run->cost_usd.has_value();
    energy = energy && run->energy_j.has_value();
  }
  std::vector<std::optional<Values>> all;
  for (const auto& run : runs) {
    auto& values = all.emplace_back();
    if (!run) continue;
    values = Values{run->time_s};
    if (cost) values->push_back(*run->cost_usd);
    if (energy) values->push_back(*run->energy_j);
  }
  return all;
}

bool dominates(const Values& a, const Values& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

}  // namespace

std::vector<std::vector<std::size_t>> dominators(
    const std::vector<std::optional<Objectives>>& runs) {
  const std::vector<std::optional<Values>> values = common(runs);
  std::vector<std::vector<std::size_t>> all(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (std::size_t j = 0; j < runs.size(); ++j) {
      if (values[i] && values[j] && dominates(*values[j], *values[i])) all[i].push_back(j);
    }
  }
  std::vector<std::vector<std::size_t>> of_the_set = all;
  for (std::vector<std::size_t>& list : of_the_set) {
    std::erase_if(list, [&](std::size_t j) { return !all[j].empty(); });
  }
  return of_the_set;
}

}  // namespace sextant::compare
