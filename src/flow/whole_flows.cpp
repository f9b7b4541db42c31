#include "src/flow/whole_flows.h"

#include <algorithm>
#include <cmath>

namespace sextant::flow {
namespace {

constexpr double kExact = 1e-9;  // relative; above what sums of shares such as 1/3 are off by

bool whole(double flows, double unit) {
  const double times = flows / unit;
  return std::abs(times - std::round(times)) <= kExact * times;
}

/// Of the flows of patterns on one link; sorts them.
double unit_of(std::vector<double>& flows, std::int32_t most) {
  std::sort(flows.begin(), flows.end());
  flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
  const double least = flows.front(), largest = flows.back();
  // The least is itself a whole number of units.
  for (std::int32_t parts = 1; largest / least * parts <= most * (1.0 + kExact); ++parts) {
    const double unit = least / parts;
    if (std::all_of(flows.begin(), flows.end(), [&](double f) { return whole(f, unit); })) {
      return unit;
    }
  }
  return largest / most;
}

}  // namespace

std::vector<double> flows_per_naming(const FlowProblem& problem, std::int32_t most) {
  std::vector<std::vector<double>> flows(problem.capacities.size());
  for (const std::vector<FlowLoad>& loads : problem.patterns) {
    for (const FlowLoad& load : loads) {
      std::vector<double>& here = flows[static_cast<std::size_t>(load.link)];
      if (here.empty() || here.back() != load.flows) here.push_back(load.flows);
    }
  }
  std::vector<double> units(flows.size(), 1.0);
  for (std::size_t link = 0; link < flows.size(); ++link) {
    if (!flows[link].empty()) units[link] = unit_of(flows[link], most);
  }
  return units;
}

std::int32_t namings(double flows, double flows_per_naming) {
  return std::max(1, static_cast<std::int32_t>(std::lround(flows / flows_per_naming)));
}

}  // namespace sextant::flow
