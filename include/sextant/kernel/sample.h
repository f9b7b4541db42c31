#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sextant/kernel/running_moments.h"

namespace sextant {

/// A quantity under uncertainty, as every forecast reports it.
struct Summary {
  double p10, p50, p90;
  double mean;
  Interval ci95;  ///< of the mean: the Monte Carlo error only
};

/// All numbers of a replicated result, in replica order: quantiles are exact.
class Sample {
 public:
  Sample() = default;
  explicit Sample(std::vector<double> numbers);

  void add(double x);
  /// Appends the numbers of `other`.
  void merge(const Sample& other);

  std::size_t count() const { return numbers_.size(); }
  std::span<const double> numbers() const { return numbers_; }
  /// Summed in the order in which the numbers were added.
  RunningMoments moments() const;
  /// Asserts that there is at least one number.
  Summary summary() const;
  /// Quantile for 0 <= p <= 1, linear between the ordered numbers x_0 ... x_(n-1) at p (n - 1)
  /// (Hyndman and Fan's type 7, as R and NumPy). Sorts; asks for several at once are cheaper with
  /// `quantiles`. Asserts that there is at least one number.
  double quantile(double p) const;
  std::vector<double> quantiles(std::span<const double> p) const;

 private:
  std::vector<double> numbers_;
};

}  // namespace sextant
