#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sextant/cluster/usage.h"
#include "sextant/kernel/quantity.h"

namespace sextant::pages {

/// A time in which the job did not train: from what stopped it until training went on.
struct Stop {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  std::array<std::int64_t, kNodeStates> state_ns{};

  Seconds length() const { return Seconds(1e-9 * static_cast<double>(to_ns - from_ns)); }
};

/// A fold over the usage of one job: its own time by state, in bins of equal width, and its stops.
class BinnedUsage final : public UsageSink {
 public:
  BinnedUsage(Seconds length, std::size_t bins);

  void add(const UsageInterval& interval) override;

  std::size_t bins() const { return bins_.size(); }
  Seconds width() const { return Seconds(1e-9 * static_cast<double>(width_ns_)); }
  /// Time of the job in a state within a bin.
  Seconds time(std::size_t bin, NodeState state) const;
  /// In order of time; the first start is none.
  std::vector<Stop> stops() const;

 private:
  void add_to_bins(const UsageInterval& interval);

  std::int64_t width_ns_;
  std::vector<std::array<std::int64_t, kNodeStates>> bins_;
  std::vector<UsageInterval> stopped_;
};

}  // namespace sextant::pages
