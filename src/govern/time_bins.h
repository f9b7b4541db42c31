#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sextant::govern {

/// The integral over time of amounts that are constant for a while, in equal bins from the start
/// of the simulation. There are at most kMost of them: when time outgrows them, neighbours are
/// merged. Their width is one of 1, 5, 10, 50, 100, 500 ms, 1, 5, 10, 30 s, 1, 5, 10, 30 min, 1, 2,
/// 4, 12 h, 1 day and so on by two: each a multiple of the one before.
class TimeBins {
 public:
  static constexpr std::size_t kMost = 200;

  /// `amount` from one time to another; in any order of time. Nothing where `to_ns` is not later.
  void add(std::int64_t from_ns, std::int64_t to_ns, double amount);
  /// The same, `times` times, each time `period_ns` later; the interval is no longer than that.
  void add_repeated(std::int64_t from_ns, std::int64_t to_ns, double amount, std::int64_t period_ns,
                    std::int64_t times);

  /// Merges until bins are so wide, if they are narrower. `width_ns` is a width of TimeBins.
  void widen_to(std::int64_t width_ns);
  /// Merges until a time lies in a bin.
  void cover(std::int64_t time_ns);

  std::int64_t width_ns() const { return width_ns_; }
  /// Amount · ns of each bin, up to the last that is not empty.
  const std::vector<double>& integrals() const { return integrals_; }

 private:
  void widen();
  std::size_t bin_of(std::int64_t time_ns) const {
    return static_cast<std::size_t>(time_ns / width_ns_);
  }

  std::int64_t width_ns_ = 1'000'000;
  std::vector<double> integrals_;
};

}  // namespace sextant::govern
