#pragma once

#include <set>

#include "baseline_base.h"

namespace sextant {

/// FIFO and SJF: one line, and its first one blocks the others.
class InOrderScheduler final : public BaselineScheduler {
 public:
  enum class Order { kCreated, kEstimate };
  InOrderScheduler(const AdmissionPolicy& policy, Order order)
      : BaselineScheduler(policy), order_(order) {}

 private:
  Rank place_of(WorkloadIndex index) const {
    return rank(index, order_ == Order::kEstimate ? entry(index).estimate.ns() : 0);
  }
  void enter(WorkloadIndex index) override { line_.insert(place_of(index)); }
  void leave(WorkloadIndex index) override { line_.erase(place_of(index)); }
  void decide(SimTime now, Decisions& decisions) override;
  WaitCause why(WorkloadIndex index) const override;

  Order order_;
  std::set<Rank> line_;
};

}  // namespace sextant
