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
  /// All that it knows.
  struct Times {
    std::array<double, kNodeStates> node_ns{};
    std::array<std::int64_t, kNodeStates> job_ns{};
  };

  UsageTotals() = default;
  explicit UsageTotals(const Times& times) : times_(times) {}

  const Times& times() const { return times_; }

  void add(const UsageInterval& interval) override { add_times(interval, 1); }
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t /*period_ns*/,
                    std::int64_t times) override {
    for (const UsageInterval& interval : cycle) add_times(interval, times);
  }

  /// Sum over nodes of the time in a state.
  Seconds node_time(NodeState state) const {
    return Seconds(1e-9 * times_.node_ns[static_cast<std::size_t>(state)]);
  }
  /// Sum over all states: (job nodes + spares) · wall time of a run that is over.
  Seconds node_time() const {
    return Seconds(1e-9 * std::accumulate(times_.node_ns.begin(), times_.node_ns.end(), 0.0));
  }
  /// Time that the job as a whole was in a state.
  Seconds job_time(NodeState state) const {
    return Seconds(1e-9 * static_cast<double>(times_.job_ns[static_cast<std::size_t>(state)]));
  }
  /// Wall time of the job.
  Seconds job_time() const {
    const std::int64_t ns =
        std::accumulate(times_.job_ns.begin(), times_.job_ns.end(), std::int64_t{0});
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
    times_.node_ns[state] += static_cast<double>(length_ns) * static_cast<double>(interval.nodes);
    if (interval.entity != kFleetEntity) times_.job_ns[state] += length_ns;
  }

  Times times_;
};

}  // namespace sextant
