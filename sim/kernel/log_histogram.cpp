#include "sextant/kernel/log_histogram.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// The exponent and the first six bits of the mantissa number the buckets of positive doubles.
constexpr int kDroppedBits = 52 - 6;

std::uint64_t bucket_of(double x) { return std::bit_cast<std::uint64_t>(x) >> kDroppedBits; }

double middle_of(std::uint64_t bucket) {
  constexpr std::uint64_t kHalf = std::uint64_t{1} << (kDroppedBits - 1);
  return std::bit_cast<double>((bucket << kDroppedBits) + kHalf);
}

}  // namespace

void LogHistogram::add(double x, std::uint64_t times) {
  SEXTANT_ASSERT(x == x, "not a number");
  count_ += times;
  if (x <= 0.0) {
    zeros_ += times;
    return;
  }
  const std::uint64_t bucket = bucket_of(std::min(x, std::numeric_limits<double>::max()));
  cover(bucket, bucket);
  buckets_[bucket - first_] += times;
}

void LogHistogram::merge(const LogHistogram& other) {
  count_ += other.count_;
  zeros_ += other.zeros_;
  if (other.buckets_.empty()) return;
  cover(other.first_, other.first_ + other.buckets_.size() - 1);
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) {
    buckets_[other.first_ - first_ + i] += other.buckets_[i];
  }
}

double LogHistogram::quantile(double p) const {
  SEXTANT_ASSERT(count_ > 0 && p >= 0.0 && p <= 1.0, "quantile {} of {}", p, count_);
  const auto rank = static_cast<std::uint64_t>(p * static_cast<double>(count_ - 1));
  std::uint64_t passed = zeros_;
  if (rank < passed) return 0.0;
  std::size_t i = 0;
  for (; i + 1 < buckets_.size(); ++i) {
    passed += buckets_[i];
    if (rank < passed) break;
  }
  return middle_of(first_ + i);
}

void LogHistogram::cover(std::uint64_t first, std::uint64_t last) {
  if (buckets_.empty()) first_ = first;
  if (first < first_) {
    buckets_.insert(buckets_.begin(), first_ - first, 0);
    first_ = first;
  }
  if (last >= first_ + buckets_.size()) buckets_.resize(last - first_ + 1);
}

}  // namespace sextant
