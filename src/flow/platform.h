#pragma once

#include <simgrid/s4u.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include "sextant/network/flow_problem.h"

namespace sextant::flow {

/// A problem's links and transfers as SimGrid knows them. Every pattern, with every rate that it is
/// held to, is a route between two hosts of its own. The route names a link as often as the pattern
/// has flows there (see whole_flows.h), and at last a link of its own as wide as the rate: SimGrid
/// 3.32 ignores the rate of a communication between hosts, but no transfer is faster than the
/// narrowest link on its way.
class Platform {
 public:
  /// Call once in a process, after the engine was made. @param problem outlives it
  explicit Platform(const FlowProblem& problem);

  /// Starts what is left of an activity's transfer. Its completion says `data`.
  simgrid::s4u::CommPtr start(const FlowProblem::Activity& activity, double bytes,
                              void* data) const;

 private:
  using Route = std::pair<std::int32_t, double>;  // pattern, rate; infinity: not held back

  Route route_of(const FlowProblem::Activity& activity) const;
  void create_links();
  void create_routes();
  std::pair<simgrid::s4u::Host*, simgrid::s4u::Host*> ends(std::size_t route) const;
  double in_units(double bytes) const { return bytes / unit_; }

  const FlowProblem& problem_;
  double unit_ = 1.0;            // bytes; SimGrid counts a transfer's size in whole numbers
  std::vector<double> fastest_;  // by pattern: that its links allow a flow at most [B/s]
  std::vector<Route> routes_;    // ascending
  std::vector<double> namings_;  // by link: flows that one naming stands for
  std::vector<simgrid::s4u::Link*> links_;  // null: no route uses it
  std::vector<simgrid::s4u::Host*> hosts_;
  simgrid::s4u::NetZone* zone_ = nullptr;
};

}  // namespace sextant::flow
