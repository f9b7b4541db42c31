#include "src/govern/wait_reasons.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "src/govern/inputs.h"

namespace sextant::govern {
namespace {

class ReasonCollector final : public GovernanceObserver {
 public:
  explicit ReasonCollector(const std::vector<JobRecord>& jobs) {
    for (const JobRecord& job : jobs) reasons_[job.number];
  }

  UsageSink& usage(FlavorIndex /*flavor*/) override { return nowhere_; }
  void job_ended(const JobRecord& /*job*/) override {}
  void job_waited(const WaitRecord& wait) override {
    const auto found = reasons_.find(wait.job);  // another job may have the same name
    if (found != reasons_.end()) add(found->second, wait);
  }
  void job_evicted(const EvictionRecord& /*eviction*/) override {}
  void quota_changed(const QuotaChange& /*change*/) override {}
  void pending_changed(std::int64_t /*time_ns*/, TeamIndex /*team*/, std::int64_t /*jobs*/,
                       std::int64_t /*units*/) override {}

  std::map<JobNumber, std::vector<WaitReasonTime>> take() {
    for (auto& [job, times] : reasons_) {
      std::stable_sort(times.begin(), times.end(),
                       [](const auto& a, const auto& b) { return a.total_ns > b.total_ns; });
    }
    return std::move(reasons_);
  }

 private:
  class Nowhere final : public UsageSink {
    void add(const UsageInterval& /*interval*/) override {}
    void add_repeated(std::span<const UsageInterval> /*cycle*/, std::int64_t /*period_ns*/,
                      std::int64_t /*times*/) override {}
  };

  static void add(std::vector<WaitReasonTime>& times, const WaitRecord& wait) {
    const std::int64_t length_ns = wait.to_ns - wait.from_ns;
    for (WaitReasonTime& time : times) {
      const WaitCause& cause = time.longest.cause;
      if (cause.reason != wait.cause.reason || cause.flavor != wait.cause.flavor) continue;
      time.total_ns += length_ns;
      if (length_ns > time.longest.to_ns - time.longest.from_ns) time.longest = wait;
      return;
    }
    times.push_back({wait, length_ns});
  }

  std::map<JobNumber, std::vector<WaitReasonTime>> reasons_;
  Nowhere nowhere_;
};

}  // namespace

std::map<JobNumber, std::vector<WaitReasonTime>> wait_reasons(
    const scenario::GovernanceScenario& scenario, const GovernanceInputs& inputs,
    const std::vector<JobRecord>& jobs) {
  std::set<std::string> names;
  for (const JobRecord& job : jobs) names.insert(job.name);
  GovernanceInputs explained = inputs;
  explained.explain.assign(names.begin(), names.end());
  ReasonCollector collector(jobs);
  const ReplicaKey key{scenario.simulation.seed, 0};
  run_governance(explained, *jobs_of(scenario, key), key, collector);
  return collector.take();
}

}  // namespace sextant::govern
