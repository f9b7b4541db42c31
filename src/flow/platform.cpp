#include "src/flow/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/flow/link_demand.h"
#include "src/flow/whole_flows.h"

namespace sextant::flow {
namespace {

namespace s4u = simgrid::s4u;

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

/// As many bytes, a power of two, as make the largest transfer at most 2^62 units.
double unit_of(const FlowProblem& problem) {
  double largest = 1.0;
  for (const auto& activity : problem.activities) largest = std::max(largest, activity.bytes);
  return std::ldexp(1.0, std::ilogb(largest) + 1 - 62);
}

/// The fewest hosts with at least `pairs` ordered pairs among them.
std::size_t hosts_for(std::size_t pairs) {
  std::size_t hosts = 2;
  while (hosts * (hosts - 1) < pairs) ++hosts;
  return hosts;
}

bool moves(const FlowProblem& problem, const FlowProblem::Activity& activity) {
  return activity.moves() && !problem.patterns[static_cast<std::size_t>(activity.pattern)].empty();
}

}  // namespace

Platform::Platform(const FlowProblem& problem)
    : problem_(problem),
      unit_(unit_of(problem)),
      fastest_(fastest_flows(problem)),
      namings_(flows_per_naming(problem)),
      links_(problem.capacities.size(), nullptr),
      zone_(s4u::create_full_zone("fabric")) {
  for (const auto& activity : problem.activities) {
    if (moves(problem, activity)) routes_.push_back(route_of(activity));
  }
  std::sort(routes_.begin(), routes_.end());
  routes_.erase(std::unique(routes_.begin(), routes_.end()), routes_.end());
  create_links();
  create_routes();
  zone_->seal();
}

Platform::Route Platform::route_of(const FlowProblem::Activity& activity) const {
  const bool held = activity.rate < fastest_[static_cast<std::size_t>(activity.pattern)];
  return {activity.pattern, held ? activity.rate : kUnbounded};
}

void Platform::create_links() {
  for (const auto& [pattern, rate] : routes_) {
    for (const FlowLoad& load : problem_.patterns[static_cast<std::size_t>(pattern)]) {
      const auto link = static_cast<std::size_t>(load.link);
      if (links_[link] != nullptr) continue;
      const double width = in_units(problem_.capacities[link] / namings_[link]);
      links_[link] = zone_->create_link(fmt::format("{}", link), width);
    }
  }
}

void Platform::create_routes() {
  const std::size_t hosts = hosts_for(routes_.size());
  for (std::size_t h = 0; h < hosts; ++h) {
    hosts_.push_back(zone_->create_host(fmt::format("host {}", h), 1.0));
  }
  std::vector<s4u::LinkInRoute> way;
  for (std::size_t r = 0; r < routes_.size(); ++r) {
    const auto& [pattern, rate] = routes_[r];
    way.clear();
    for (const FlowLoad& load : problem_.patterns[static_cast<std::size_t>(pattern)]) {
      const auto link = static_cast<std::size_t>(load.link);
      const auto times = static_cast<std::size_t>(namings(load.flows, namings_[link]));
      way.insert(way.end(), times, s4u::LinkInRoute(links_[link]));
    }
    if (rate < kUnbounded) {
      s4u::Link* limit = zone_->create_link(fmt::format("rate {}", r), in_units(rate));
      limit->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE);  // each flow for itself
      way.emplace_back(limit);
    }
    const auto [from, to] = ends(r);
    zone_->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, way, false);
  }
}

std::pair<s4u::Host*, s4u::Host*> Platform::ends(std::size_t route) const {
  const std::size_t others = hosts_.size() - 1;
  const std::size_t from = route / others, to = route % others;
  return {hosts_[from], hosts_[to < from ? to : to + 1]};
}

s4u::CommPtr Platform::start(const FlowProblem::Activity& activity, double bytes,
                             void* data) const {
  const auto route = std::lower_bound(routes_.begin(), routes_.end(), route_of(activity));
  const auto [from, to] = ends(static_cast<std::size_t>(route - routes_.begin()));
  s4u::CommPtr comm = s4u::Comm::sendto_init(from, to);
  // None is lost altogether: SimGrid does not end what is empty.
  comm->set_payload_size(
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(in_units(bytes)))));
  comm->set_data(data);
  comm->start();
  return comm;
}

}  // namespace sextant::flow
