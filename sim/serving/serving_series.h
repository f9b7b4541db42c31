#pragma once

#include "sextant/kernel/sim_time.h"
#include "sextant/serving/serving_fleet.h"

namespace sextant {

/// Folds what happens to requests and replicas into pieces of the simulated time.
class ServingSeries {
 public:
  explicit ServingSeries(const ServingInputs& inputs);

  void arrive(SimTime at, bool refused);
  void answer(SimTime at, Seconds response, bool late);

  /// How many replicas and slots were in which state.
  struct Counts {
    int busy = 0;  ///< slots
    int serving = 0;
    int starting = 0;
    int warm = 0;
  };
  /// They were all the time from `from` to `to`.
  void spend(SimTime from, SimTime to, const Counts& counts);

  std::vector<ServingBin> take() { return std::move(bins_); }

 private:
  ServingBin& at(SimTime time) { return bins_[index(time)]; }
  std::size_t index(SimTime time) const;
  SimTime end_of(std::size_t bin) const;

  double width_s_;
  std::vector<ServingBin> bins_;  ///< none: nothing is kept
};

}  // namespace sextant
