#pragma once

#include <map>
#include <vector>

#include "capacity_pool.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// What will be free in all, flavor by flavor, from now on: a step function of time.
class CapacityProfile {
 public:
  struct Start {
    SimTime at = SimTime::never();
    int option = 0;
  };

  explicit CapacityProfile(const CapacityPool& pool) : pool_(pool) {}

  /// Begins again at `now`, with what is free in the pool at all times.
  void reset(const AdmissionPolicy& policy, SimTime now);
  /// Forgets what was before `now`.
  void advance(SimTime now);

  /// Adds to what is free in [from, to), or takes away.
  void add(const RequestOption& option, SimTime from, SimTime to, int sign);
  /// The earliest start not before `from` at which an option has room for so long; at never() if
  /// there is none. O(steps).
  Start earliest(const RequestShape& shape, SimDuration length, SimTime from) const;

 private:
  using Steps = std::map<SimTime, std::vector<Amount>>;

  Steps::iterator step_at(SimTime time);
  void join(Steps::iterator step);
  SimTime earliest(const RequestOption& option, SimDuration length, SimTime from) const;
  bool has_room(const std::vector<Amount>& free, const RequestOption& option) const;

  const CapacityPool& pool_;
  Steps steps_;  ///< free from a time until the next one
};

}  // namespace sextant
