#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sextant/cluster/usage.h"

namespace sextant {

/// Usage counted in nodes, told in units of a flavor.
class UsageScale final : public UsageSink {
 public:
  /// The sink outlives this.
  UsageScale(UsageSink& sink, std::int64_t units_per_node)
      : sink_(sink), units_per_node_(units_per_node) {}

  void add(const UsageInterval& interval) override {
    note(interval, 1);
    UsageInterval scaled = interval;
    scaled.nodes *= units_per_node_;
    sink_.add(scaled);
  }
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                    std::int64_t times) override {
    scaled_.assign(cycle.begin(), cycle.end());
    for (UsageInterval& interval : scaled_) {
      note(interval, times);
      interval.nodes *= units_per_node_;
    }
    sink_.add_repeated(scaled_, period_ns, times);
  }

  /// Of work that was done and lost.
  std::int64_t lost_ns() const { return lost_ns_; }

 private:
  void note(const UsageInterval& interval, std::int64_t times) {
    if (interval.state != NodeState::kTrainingLost) return;
    lost_ns_ += times * (interval.to_ns - interval.from_ns);
  }

  UsageSink& sink_;
  std::int64_t units_per_node_;
  std::int64_t lost_ns_ = 0;
  std::vector<UsageInterval> scaled_;  ///< kept for its memory
};

}  // namespace sextant
