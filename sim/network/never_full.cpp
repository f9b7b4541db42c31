#include "sim/network/never_full.h"

#include <algorithm>
#include <limits>

#include "sim/network/link_columns.h"

namespace sextant {
namespace {

constexpr double kRoom = 1.0 + kSameLoad;

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

class Filling {
 public:
  Filling(const Fabric& fabric, std::span<const double> capacities)
      : fabric_(fabric),
        capacities_(capacities),
        most_(capacities.size(), 0.0),
        in_(at(fabric.vertices())),
        fills_(capacities.size(), false) {}

  std::vector<bool> run(std::span<const AlikeTransfers> alike) {
    for (const AlikeTransfers& set : alike) {
      const double rate = set.rate > 0.0 ? set.rate : std::numeric_limits<double>::infinity();
      for (const TransferPattern& one : set.instances) bound(one, rate);
    }
    for (std::size_t link = 0; link < most_.size(); ++link) {
      add_bound(static_cast<Fabric::LinkId>(link));
    }
    for (const AlikeTransfers& set : alike) {
      for (const TransferPattern& one : set.instances) look_for_more(one);
    }
    return std::move(fills_);
  }

 private:
  /// What passes a vertex: bandwidth of the links between it and lower vertices that are in use,
  /// and flows of one transfer over them; up into it, and down out of it.
  struct Passing {
    double bandwidth_up = 0.0, bandwidth_down = 0.0;
    double up = 0.0, down = 0.0;
  };

  bool goes_up(const Fabric::Link& link) const {
    return fabric_.vertex(link.from).level < fabric_.vertex(link.to).level;
  }

  void bound(const TransferPattern& one, double rate) {
    for (const FlowLoad& load : one.loads) {
      if (load.flows > 0.0) most_[at(load.link)] += load.flows * rate;
    }
  }

  void add_bound(Fabric::LinkId id) {
    const Fabric::Link& link = fabric_.link(id);
    const double most = std::min(most_[at(id)], capacities_[at(id)]);
    if (goes_up(link)) {
      in_[at(link.to)].bandwidth_up += most;
    } else {
      in_[at(link.from)].bandwidth_down += most;
    }
  }

  /// Marks the links on its way that the transfer may fill before those nearer to its ends.
  void look_for_more(const TransferPattern& one) {
    for (const FlowLoad& load : one.loads) pass(load, load.flows);
    for (const FlowLoad& load : one.loads) {
      if (load.flows > 0.0 && may_fill(load)) fills_[at(load.link)] = true;
    }
    for (const FlowLoad& load : one.loads) pass(load, 0.0);
  }

  /// Adds flows to what passes the upper end of a link; none: clears it.
  void pass(const FlowLoad& load, double flows) {
    const Fabric::Link& link = fabric_.link(load.link);
    const bool up = goes_up(link);
    Passing& passing = in_[at(up ? link.to : link.from)];
    double& sum = up ? passing.up : passing.down;
    sum = flows > 0.0 ? sum + flows : 0.0;
  }

  bool may_fill(const FlowLoad& load) const {
    const double capacity = capacities_[at(load.link)];
    if (most_[at(load.link)] <= capacity * kRoom) return false;
    const Fabric::Link& link = fabric_.link(load.link);
    const bool up = goes_up(link);
    const Passing& lower = in_[at(up ? link.from : link.to)];
    const double flows = up ? lower.up : lower.down;
    const double bandwidth = up ? lower.bandwidth_up : lower.bandwidth_down;
    return flows <= 0.0 || load.flows * bandwidth > capacity * flows * kRoom;
  }

  const Fabric& fabric_;
  std::span<const double> capacities_;
  std::vector<double> most_;  ///< by link: of all transfers at their highest rates
  std::vector<Passing> in_;   ///< by vertex
  std::vector<bool> fills_;   ///< by link
};

}  // namespace

std::vector<bool> links_that_fill(const Fabric& fabric, std::span<const double> capacities,
                                  std::span<const AlikeTransfers> alike) {
  return Filling(fabric, capacities).run(alike);
}

}  // namespace sextant
