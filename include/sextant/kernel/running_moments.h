#pragma once

#include <cstdint>
#include <limits>

namespace sextant {

/// Mean, variance, least and largest of a stream of numbers, in constant memory and without
/// cancellation (Welford 1962; merging: Chan, Golub, LeVeque 1979). Merge parts in a fixed order:
/// the last bits depend on it.
class RunningMoments {
 public:
  void add(double x);
  void merge(const RunningMoments& other);

  std::int64_t count() const { return count_; }
  /// 0 when nothing was added.
  double mean() const { return mean_; }
  /// Of the population that the numbers are a sample of (divided by n - 1); 0 below two numbers.
  double variance() const;
  double standard_deviation() const;
  /// Infinity, or minus infinity, when nothing was added.
  double min() const { return min_; }
  double max() const { return max_; }

 private:
  std::int64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;  ///< sum of squared deviations from the mean
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
};

/// An interval that holds a true value with a stated probability.
struct Interval {
  double low;
  double high;
};

/// Student's interval for the mean of independent numbers: the Monte Carlo error of replicas.
/// Unbounded below two numbers. Asserts 0 < level < 1.
Interval mean_confidence(const RunningMoments& moments, double level = 0.95);

}  // namespace sextant
