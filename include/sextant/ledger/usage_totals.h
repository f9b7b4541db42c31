#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "sextant/cluster/usage.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// The fold that every account starts from: node-seconds by state, and the job's own seconds by
/// state. Holds no intervals. Fold one job, or the jobs of one owner.
class UsageTotals final : public UsageSink {
 public:
  void add(const UsageInterval& interval) override { add_times(interval, 1); }
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t /*period_ns*/,
                    std::int64_t times) override {
    for (const UsageInterval& interval : cycle) add_times(interval, times);
  }

  /// Sum over nodes of the time in a state.
  Seconds node_time(NodeState state) const {
    return Seconds(1e-9 * node_ns_[static_cast<std::size_t>(state)]);
  }
  /// Sum over all states: (job nodes + spares) · wall time of a run that is over.
  Seconds node_time() const {
    return Seconds(1e-9 * std::accumulate(node_ns_.begin(), node_ns_.end(), 0.0));
  }
  /// Time that the job as a whole was in a state.
  Seconds job_time(NodeState state) const {
    return Seconds(1e-9 * static_cast<double>(job_ns_[static_cast<std::size_t>(state)]));
  }
  /// Wall time of the job.
  Seconds job_time() const {
    const std::int64_t ns = std::accumulate(job_ns_.begin(), job_ns_.end(), std::int64_t{0});
    return Seconds(1e-9 * static_cast<double>(ns));
  }
  /// Effective training time ratio after Kokolis et al. (arXiv 2410.21680): productive over wall
  /// time; 0 before anything has happened.
  double ettr() const {
    const Seconds wall = job_time();
    return wall > Seconds(0) ? job_time(NodeState::kTraining) / wall : 0.0;
  }

 private:
  void add_times(const UsageInterval& interval, std::int64_t times) {
    const std::size_t state = static_cast<std::size_t>(interval.state);
    const std::int64_t length_ns = times * (interval.to_ns - interval.from_ns);
    node_ns_[state] += static_cast<double>(length_ns) * static_cast<double>(interval.nodes);
    if (interval.entity != kFleetEntity) job_ns_[state] += length_ns;
  }

  std::array<double, kNodeStates> node_ns_{};
  std::array<std::int64_t, kNodeStates> job_ns_{};
};

}  // namespace sextant
