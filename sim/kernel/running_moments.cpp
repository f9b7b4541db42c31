#include "sextant/kernel/running_moments.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {

void RunningMoments::add(double x) {
  ++count_;
  const double from_old = x - mean_;
  mean_ += from_old / static_cast<double>(count_);
  squares_ += from_old * (x - mean_);
  min_ = std::min(min_, x);
  max_ = std::max(max_, x);
}

void RunningMoments::merge(const RunningMoments& other) {
  if (other.count_ == 0) return;
  const double ours = static_cast<double>(count_);
  const double theirs = static_cast<double>(other.count_);
  const double all = ours + theirs;
  const double apart = other.mean_ - mean_;
  mean_ += apart * (theirs / all);
  squares_ += other.squares_ + apart * apart * (ours * theirs / all);
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double RunningMoments::variance() const {
  return count_ < 2 ? 0.0 : squares_ / static_cast<double>(count_ - 1);
}

double RunningMoments::standard_deviation() const { return std::sqrt(variance()); }

Interval mean_confidence(const RunningMoments& moments, double level) {
  SEXTANT_ASSERT(level > 0.0 && level < 1.0, "confidence level {}", level);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (moments.count() < 2) return {-kInfinity, kInfinity};
  const double n = static_cast<double>(moments.count());
  const boost::math::students_t student(n - 1.0);
  const double t = boost::math::quantile(student, 0.5 + 0.5 * level);
  const double half = t * std::sqrt(moments.variance() / n);
  return {moments.mean() - half, moments.mean() + half};
}

}  // namespace sextant
