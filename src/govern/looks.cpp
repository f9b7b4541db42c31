#include "src/govern/looks.h"

#include <utility>

namespace sextant::govern {
namespace {

/// Keeps what it is told of nodes, and nothing else.
class LookCollector final : public GovernanceObserver {
 public:
  explicit LookCollector(const std::vector<SimTime>& moments) {
    for (const SimTime moment : moments) looks_.push_back({moment.seconds(), {}});
    moments_ = moments;
  }

  UsageSink& usage(FlavorIndex /*flavor*/) override { return nowhere_; }
  void job_ended(const JobRecord& /*job*/) override {}
  void job_waited(const WaitRecord& /*wait*/) override {}
  void job_evicted(const EvictionRecord& /*eviction*/) override {}
  void quota_changed(const QuotaChange& /*change*/) override {}
  void pending_changed(std::int64_t /*time_ns*/, TeamIndex /*team*/, std::int64_t /*jobs*/,
                       std::int64_t /*units*/) override {}
  void nodes_held(const NodesHeld& held) override {
    while (moments_[at_].ns() < held.time_ns) ++at_;
    looks_[at_].held.push_back(held);
  }

  std::vector<Look> looks() { return std::move(looks_); }

 private:
  class Nowhere final : public UsageSink {
    void add(const UsageInterval& /*interval*/) override {}
    void add_repeated(std::span<const UsageInterval> /*cycle*/, std::int64_t /*period_ns*/,
                      std::int64_t /*times*/) override {}
  };

  std::vector<SimTime> moments_;
  std::vector<Look> looks_;
  std::size_t at_ = 0;
  Nowhere nowhere_;
};

GovernanceResult run(const scenario::GovernanceScenario& scenario, const GovernanceInputs& inputs,
                     GovernanceObserver& observer) {
  const ReplicaKey key{scenario.simulation.seed, 0};
  return run_governance(inputs, *jobs_of(scenario, key), key, observer);
}

std::vector<SimTime> moments_of(const TimeWindow& window) {
  if (!window.to) return {SimTime() + SimDuration::rounded(window.from)};
  std::vector<SimTime> moments;
  const Seconds part = (*window.to - window.from) / kLooks;
  for (int i = 0; i < kLooks; ++i) {
    moments.push_back(SimTime() + SimDuration::rounded(window.from + (i + 0.5) * part));
  }
  return moments;
}

}  // namespace

std::vector<Look> look_at(const scenario::GovernanceScenario& scenario,
                          const GovernanceInputs& inputs, const std::optional<TimeWindow>& window) {
  GovernanceInputs looked = inputs;
  if (window) {
    looked.looks = moments_of(*window);
  } else {
    LookCollector nobody({});
    looked.looks = moments_of({Seconds(0), run(scenario, inputs, nobody).wall_time});
  }
  LookCollector collector(looked.looks);
  run(scenario, looked, collector);
  return collector.looks();
}

}  // namespace sextant::govern
