#pragma once

#include <cstdint>
#include <vector>

namespace sextant {

/// Counts of positive numbers in buckets of equal relative width: quantiles of a stream of any
/// length to 0.8 %, in a few kilobytes. Each power of two is cut into 64 buckets. Merging is exact
/// and its order does not matter.
class LogHistogram {
 public:
  /// Zero and below count as zero; infinity as the largest finite number. Asserts that x is a
  /// number.
  void add(double x, std::uint64_t times = 1);
  void merge(const LogHistogram& other);

  std::uint64_t count() const { return count_; }
  /// The middle of the bucket in which the quantile for 0 <= p <= 1 lies. Asserts that something
  /// was added.
  double quantile(double p) const;

 private:
  /// Makes room for buckets from `first` to `last`.
  void cover(std::uint64_t first, std::uint64_t last);

  std::uint64_t count_ = 0;
  std::uint64_t zeros_ = 0;
  std::uint64_t first_ = 0;  ///< number of the bucket of buckets_[0]
  std::vector<std::uint64_t> buckets_;
};

}  // namespace sextant
