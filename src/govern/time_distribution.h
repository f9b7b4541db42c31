#pragma once

#include "sextant/kernel/log_histogram.h"
#include "sextant/kernel/quantity.h"
#include "sextant/kernel/running_moments.h"
#include "sextant/kernel/sample.h"

namespace sextant::govern {

/// What is told of the times of many jobs, in seconds. All 0 where there are none.
struct TimeStatistics {
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double max = 0;
};

/// Times of many jobs in constant memory: mean and longest are exact, and quantiles are up to
/// kExact times; beyond, they are those of a LogHistogram (to 0.8 %).
class TimeDistribution {
 public:
  static constexpr std::size_t kExact = 1024;

  void add(Seconds time);
  void merge(const TimeDistribution& other);

  TimeStatistics statistics() const;
  std::int64_t count() const { return moments_.count(); }
  /// Of all times.
  Seconds sum() const { return Seconds(moments_.mean() * static_cast<double>(count())); }

 private:
  void leave_exactness();
  double quantile(double p) const;

  RunningMoments moments_;
  Sample few_;  ///< as long as there are few
  LogHistogram many_;
};

}  // namespace sextant::govern
