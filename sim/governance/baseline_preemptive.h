#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "baseline_base.h"
#include "shape_lines.h"

namespace sextant {

/// SRTF and SRSF: who has the least left comes first, and takes the place of those who have more.
///
/// What is left of a running job falls with time and of a waiting one does not, so a job never
/// preempts whom it was preempted for. A cycle asks those who wait in the order of what they have
/// left: whoever has room now starts; whoever has room once the evicted ones are gone has that room
/// kept; whoever has room once those are evicted as well who have more left evicts them.
class PreemptiveScheduler final : public BaselineScheduler {
 public:
  enum class Measure { kTime, kService };  ///< kService: time × accelerators
  PreemptiveScheduler(const AdmissionPolicy& policy, Measure measure)
      : BaselineScheduler(policy), measure_(measure) {}

 private:
  /// Running jobs of one weight, latest end first: the later it is, the more they have left.
  using RunningLine = std::set<std::pair<SimTime, WorkloadIndex>, std::greater<>>;
  struct Claim {
    WorkloadIndex index{};
    PoolPlacement placement;
  };

  double weight(ShapeIndex shape) const {
    return measure_ == Measure::kService ? shapes_[shape].units : 1.0;
  }
  double left(ShapeIndex shape, SimDuration time) const {
    return weight(shape) * time.seconds().si();
  }
  Rank place_of(WorkloadIndex index) const { return rank(index, entry(index).estimate.ns()); }

  void enter(WorkloadIndex index) override { lines_.insert(entry(index).shape, place_of(index)); }
  void leave(WorkloadIndex index) override { lines_.erase(entry(index).shape, place_of(index)); }
  void started(WorkloadIndex index) override;
  void marked(WorkloadIndex index) override;
  void decide(SimTime now, Decisions& decisions) override;
  WaitCause why(WorkloadIndex index) const override;
  SimTime own_wake() const override { return wake_; }

  void ask_all(SimTime now, Decisions& decisions);
  bool ask(WorkloadIndex index, SimTime now, Decisions& decisions);
  bool preempt_for(WorkloadIndex index, SimTime now, Decisions& decisions);
  std::vector<WorkloadIndex> preemptable(WorkloadIndex by, SimTime now);
  void let_go(WorkloadIndex victim);
  std::vector<WorkloadIndex> fill_back(WorkloadIndex index, PoolPlacement& placement,
                                       const std::vector<WorkloadIndex>& victims);

  Measure measure_;
  ShapeLines<Rank> lines_;
  std::map<double, RunningLine> running_;  ///< by weight
  SimTime wake_ = SimTime::never();        ///< when somebody may be preempted who may not yet
  // Of the present cycle, in which evicted jobs count as gone:
  CapacityPool::Limits present_;  ///< what is free already, on the nodes where they are
  std::vector<Claim> claims_;     ///< room that is kept
  std::map<WorkloadIndex, WorkloadIndex> waits_for_;  ///< who has a claim, for whose end
};

}  // namespace sextant
