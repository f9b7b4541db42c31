#pragma once

#include <cstdint>
#include <optional>

#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Which of a run's writes to the store fail without stopping it. Writes have numbers in the order
/// in which the run begins them, and each has its own luck, whatever came before.
class StoreWrites {
 public:
  /// None fails; nothing is drawn.
  StoreWrites() = default;
  /// Each fails with probability `failure`, below 1.
  StoreWrites(double failure, std::uint64_t seed, std::uint32_t replica, std::uint32_t job = 0);

  /// From here on, each with this probability.
  void set_failure(double failure);
  bool can_fail() const { return failure_ > 0; }
  /// The i-th write from here, which is not repeated.
  bool fails(std::int64_t i) const { return can_fail() && tries(i) > 1; }
  /// How often the i-th write from here must be tried until it succeeds.
  std::int64_t tries(std::int64_t i) const;
  /// So many have been begun.
  void advance(std::int64_t writes) { begun_ += writes; }

 private:
  double failure_ = 0;
  std::optional<RandomStream> luck_;
  std::int64_t begun_ = 0;
};

}  // namespace sextant
