#pragma once

#include <cstdint>
#include <vector>

#include "sextant/network/flow_problem.h"

namespace sextant::flow {

/// The fastest that the links of each pattern let one flow of it be [B/s]; infinity without links.
std::vector<double> fastest_flows(const FlowProblem& problem);

/// What the transfers that are under way would put on each link at their full rates. A transfer is
/// free while no link on its way could be filled: then its rate is its full rate, and nobody needs
/// to know how it shares. On a link that could be filled none is free.
class LinkDemand {
 public:
  /// @param problem outlives it
  explicit LinkDemand(const FlowProblem& problem);

  /// How fast each flow of an activity's transfer can be at most [B/s].
  double full_rate(std::int32_t activity) const;

  /// An activity's transfer begins. Whether it is free; those that cease to be come to `crowded`.
  bool add(std::int32_t activity, std::vector<std::int32_t>& crowded);
  /// It has ended.
  void remove(std::int32_t activity);

 private:
  struct Link {
    double demand = 0.0;             // [B/s]
    std::int32_t transfers = 0;      // under way
    std::vector<std::int32_t> free;  // of these, and some that no longer are
  };

  const std::vector<FlowLoad>& loads(std::int32_t activity) const;
  void forget_others(Link& link) const;

  const FlowProblem& problem_;
  std::vector<double> fastest_;  // by pattern
  std::vector<Link> links_;
  std::vector<std::uint8_t> free_;  // by activity
};

}  // namespace sextant::flow
