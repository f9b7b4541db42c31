#include "src/govern/time_distribution.h"

#include <algorithm>

namespace sextant::govern {

void TimeDistribution::add(Seconds time) {
  moments_.add(time.si());
  if (many_.count() == 0 && few_.count() < kExact) {
    few_.add(time.si());
    return;
  }
  leave_exactness();
  many_.add(time.si());
}

void TimeDistribution::merge(const TimeDistribution& other) {
  moments_.merge(other.moments_);
  few_.merge(other.few_);
  many_.merge(other.many_);
  if (many_.count() > 0 || few_.count() > kExact) leave_exactness();
}

TimeStatistics TimeDistribution::statistics() const {
  if (count() == 0) return {};
  return {moments_.mean(), quantile(0.5), quantile(0.95), moments_.max()};
}

void TimeDistribution::leave_exactness() {
  for (const double time : few_.numbers()) many_.add(time);
  few_ = Sample();
}

double TimeDistribution::quantile(double p) const {
  if (many_.count() == 0) return few_.quantile(p);
  // The middle of a bucket may lie beyond all that was added to it.
  return std::clamp(many_.quantile(p), moments_.min(), moments_.max());
}

}  // namespace sextant::govern
