#pragma once

#include <vector>

#include "sim/storage/request_sample.h"
#include "sim/storage/request_times.h"

namespace sextant {

/// Requests of a partition that wait for a retry when it refuses nothing any more. A sample sees
/// few of those that were refused again and again, and they are the last to end; their expected
/// numbers follow from what it sees well: when first attempts are refused, and which share of all
/// attempts is refused at each time.
class WaitingRetries {
 public:
  /// `share`: clients of the partition for each one that was sampled.
  WaitingRetries(const SampledRequests& sample, double share, const RequestLoad& load,
                 const RequestTimes& times);

  /// Expected number that end after `time`, which is after the last refusal.
  double open_at(double time) const;
  /// When the last one may end; 0: there are none.
  double latest() const;

 private:
  struct Wait {
    double from = 0;
    double backoff = 0;  ///< at most
    double number = 0;
  };
  class Refusals;

  void spread(const Refusals& refusals, const RequestLoad& load);
  LastRequest end_of(const Wait& wait) const;

  RequestTimes times_;
  std::vector<Wait> waits_;
};

}  // namespace sextant
