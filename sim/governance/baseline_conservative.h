#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "baseline_base.h"
#include "capacity_profile.h"

namespace sextant {

/// Conservative backfill: everybody is promised a start on arrival, and later only earlier ones.
/// When a job ends before its time, those who wait may move forward, first come first, each around
/// the promises of the others. When capacity is lost, or a job takes longer than estimated, all
/// promises are made anew.
class ConservativeScheduler final : public BaselineScheduler {
 public:
  explicit ConservativeScheduler(const AdmissionPolicy& policy)
      : BaselineScheduler(policy), profile_(pool_) {}

  /// Of one that waits, at the last cycle.
  std::optional<SimTime> promised_start(WorkloadIndex index) const;

 private:
  struct Promise {
    CapacityProfile::Start start;
    SimTime until;  ///< start + estimate
  };

  void enter(WorkloadIndex index) override { arrived_.insert(rank(index, 0)); }
  void leave(WorkloadIndex index) override;
  void freed(WorkloadIndex index, SimTime now) override;
  void capacity_changed() override { begin_anew_ = true; }
  void decide(SimTime now, Decisions& decisions) override;
  WaitCause why(WorkloadIndex index) const override;
  SimTime own_wake() const override;

  void promise_anew(SimTime now);
  void move_forward(SimTime now);
  void promise(const Rank& rank, SimTime from);
  void withdraw_promise(const Rank& rank);
  void start_promised(SimTime now, Decisions& decisions);
  const RequestOption& option(WorkloadIndex index, int number) const {
    return shape(index).options[static_cast<std::size_t>(number)];
  }

  CapacityProfile profile_;
  std::set<Rank> arrived_;            ///< wait without a promise yet
  std::map<Rank, Promise> promises_;  ///< of the others who wait
  std::set<std::pair<SimTime, Rank>> by_start_;
  bool begin_anew_ = true;
  bool ended_early_ = false;
};

}  // namespace sextant
