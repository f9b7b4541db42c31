#include "src/flow/link_demand.h"

#include <algorithm>

#include "sextant/network/flow_patterns.h"

namespace sextant::flow {
namespace {

constexpr double kRounding = 1e-9;  // of a capacity, that sums of demands may be off by

std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

}  // namespace

std::vector<double> fastest_flows(const FlowProblem& problem) {
  std::vector<double> fastest;
  fastest.reserve(problem.patterns.size());
  for (const std::vector<FlowLoad>& loads : problem.patterns) {
    fastest.push_back(fastest_flow(loads, problem.capacities));
  }
  return fastest;
}

LinkDemand::LinkDemand(const FlowProblem& problem)
    : problem_(problem),
      fastest_(fastest_flows(problem)),
      links_(problem.capacities.size()),
      free_(problem.activities.size(), 0) {}

double LinkDemand::full_rate(std::int32_t activity) const {
  const FlowProblem::Activity& transfer = problem_.activities[index(activity)];
  return std::min(transfer.rate, fastest_[index(transfer.pattern)]);
}

bool LinkDemand::add(std::int32_t activity, std::vector<std::int32_t>& crowded) {
  const double rate = full_rate(activity);
  bool free = true;
  for (const FlowLoad& load : loads(activity)) {
    Link& link = links_[index(load.link)];
    ++link.transfers;
    link.demand += load.flows * rate;
    if (link.demand <= problem_.capacities[index(load.link)] * (1.0 + kRounding)) continue;
    free = false;
    forget_others(link);
    for (const std::int32_t other : link.free) free_[index(other)] = 0;
    crowded.insert(crowded.end(), link.free.begin(), link.free.end());
    link.free.clear();
  }
  if (!free) return false;
  free_[index(activity)] = 1;
  for (const FlowLoad& load : loads(activity)) {
    Link& link = links_[index(load.link)];
    // As many forgotten as are kept, so that each is looked at a few times in all.
    if (link.free.size() > 2 * index(link.transfers) + 8) forget_others(link);
    link.free.push_back(activity);
  }
  return true;
}

void LinkDemand::remove(std::int32_t activity) {
  const double rate = full_rate(activity);
  free_[index(activity)] = 0;
  for (const FlowLoad& load : loads(activity)) {
    Link& link = links_[index(load.link)];
    link.demand -= load.flows * rate;
    if (--link.transfers > 0) continue;
    link.demand = 0.0;  // without the rounding of what came and went
    link.free.clear();
  }
}

const std::vector<FlowLoad>& LinkDemand::loads(std::int32_t activity) const {
  return problem_.patterns[index(problem_.activities[index(activity)].pattern)];
}

void LinkDemand::forget_others(Link& link) const {
  std::erase_if(link.free, [this](std::int32_t other) { return free_[index(other)] == 0; });
}

}  // namespace sextant::flow
