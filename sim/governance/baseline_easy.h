#pragma once

#include <optional>
#include <set>

#include "baseline_base.h"
#include "shape_lines.h"

namespace sextant {

/// EASY backfill: first come first served; the first one that finds no room is promised the
/// earliest start that the estimates of the running jobs allow, on given nodes. Later ones may
/// start now if they will have ended by then, or if they leave that room alone.
class EasyScheduler final : public BaselineScheduler {
 public:
  explicit EasyScheduler(const AdmissionPolicy& policy) : BaselineScheduler(policy) {}

  /// When the first in line was promised to start, at the last cycle; never() if it waits for nodes
  /// that are away; nothing if nobody waits.
  std::optional<SimTime> promised_start() const { return promised_; }

 private:
  Rank place_of(WorkloadIndex index) const { return rank(index, 0); }
  void enter(WorkloadIndex index) override;
  void leave(WorkloadIndex index) override;
  void decide(SimTime now, Decisions& decisions) override;
  WaitCause why(WorkloadIndex index) const override;

  void promise(WorkloadIndex first, SimTime now);
  void backfill(WorkloadIndex first, SimTime now, Decisions& decisions);
  /// Whether it starts.
  bool ask(WorkloadIndex index, SimTime now, Decisions& decisions);

  std::set<Rank> line_;
  ShapeLines<Rank> lines_;
  std::optional<SimTime> promised_;
  CapacityPool::Limits left_over_;  ///< what the promise leaves free, on its nodes
  std::set<ShapeIndex> no_room_;    ///< shapes that find none now,
  std::set<ShapeIndex> reserved_;   ///< or only such as is promised to the first one
};

}  // namespace sextant
