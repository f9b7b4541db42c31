#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sextant/governance/governance.h"

namespace sextant::govern {

/// Tells two observers of everything, one after the other.
class BothObservers final : public GovernanceObserver {
 public:
  /// Both outlive it. `flavors`: how many there are.
  BothObservers(GovernanceObserver& first, GovernanceObserver& second, std::size_t flavors);

  UsageSink& usage(FlavorIndex flavor) override { return sinks_[static_cast<std::size_t>(flavor)]; }
  void job_ended(const JobRecord& job) override;
  void job_waited(const WaitRecord& wait) override;
  void job_evicted(const EvictionRecord& eviction) override;
  void quota_changed(const QuotaChange& change) override;
  void pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                       std::int64_t units) override;
  void nodes_held(const NodesHeld& held) override;

 private:
  class Sink final : public UsageSink {
   public:
    Sink(UsageSink& first, UsageSink& second) : first_(first), second_(second) {}
    void add(const UsageInterval& interval) override;
    void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                      std::int64_t times) override;

   private:
    UsageSink& first_;
    UsageSink& second_;
  };

  GovernanceObserver& first_;
  GovernanceObserver& second_;
  std::vector<Sink> sinks_;
};

}  // namespace sextant::govern
