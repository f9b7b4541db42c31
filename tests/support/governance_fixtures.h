#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/cluster/usage_log.h"
#include "sextant/governance/governance.h"

namespace sextant::fixtures {

/// Keeps everything that is told.
struct GovernanceLog final : GovernanceObserver {
  std::map<FlavorIndex, UsageLog> usage_logs;
  std::vector<JobRecord> jobs;
  std::vector<WaitRecord> waits;
  std::vector<EvictionRecord> evictions;
  std::vector<QuotaChange> quota;
  std::vector<NodesHeld> held;

  UsageSink& usage(FlavorIndex flavor) override { return usage_logs[flavor]; }
  void job_ended(const JobRecord& job) override { jobs.push_back(job); }
  void job_waited(const WaitRecord& wait) override { waits.push_back(wait); }
  void job_evicted(const EvictionRecord& eviction) override { evictions.push_back(eviction); }
  void quota_changed(const QuotaChange& change) override { quota.push_back(change); }
  void pending_changed(std::int64_t, TeamIndex, std::int64_t, std::int64_t) override {}
  void nodes_held(const NodesHeld& nodes) override { held.push_back(nodes); }

  const JobRecord& job(const std::string& name) const {
    for (const JobRecord& record : jobs) {
      if (record.name == name) return record;
    }
    throw std::out_of_range("no job " + name);
  }
  /// Thousandths of a unit, times nanoseconds, in all states or in one.
  double unit_ns(std::optional<NodeState> state = std::nullopt) const {
    double sum = 0;
    for (const auto& [flavor, log] : usage_logs) {
      for (const UsageInterval& interval : log.intervals()) {
        if (state && interval.state != *state) continue;
        sum += static_cast<double>(interval.to_ns - interval.from_ns) *
               static_cast<double>(interval.nodes);
      }
    }
    return sum;
  }
};

struct ListedJobs final : JobSource {
  explicit ListedJobs(std::vector<JobSpec> list) : jobs(std::move(list)) {}
  std::optional<JobSpec> next() override {
    if (position == jobs.size()) return std::nullopt;
    return jobs[position++];
  }

  std::vector<JobSpec> jobs;
  std::size_t position = 0;
};

/// Nodes of eight accelerators, shared evenly by teams that lend and borrow all of it and take back
/// what is theirs; classes low (10) and high (100). With `physical` false only quota counts.
inline GovernanceInputs even_teams(int nodes, int teams, bool physical = true) {
  const ResourceIndex gpu{0};
  GovernanceInputs inputs;
  AdmissionPolicy& policy = inputs.policy;
  policy.resources = {"nvidia.com/gpu"};
  policy.flavors.resize(1);
  policy.flavors.front().name = "p5";
  policy.flavors.front().nodes = physical ? nodes : 0;
  policy.flavors.front().node_capacity = {{gpu, 8}};
  policy.priority_classes = {{"low", 10}, {"high", 100}};
  for (int i = 0; i < teams; ++i) {
    AdmissionQueue queue;
    queue.name = "team-" + std::to_string(i);
    queue.cohort = "cluster";
    queue.preemption.within_queue = WithinQueuePolicy::kLowerPriority;
    queue.preemption.reclaim_within_cohort = ReclaimPolicy::kAny;
    const Amount nominal = std::int64_t{8} * nodes / teams;
    queue.groups = {{{{FlavorIndex{0}, {{.resource = gpu, .nominal = nominal}}}}}};
    policy.queues.push_back(queue);
    inputs.teams.push_back({queue.name, QueueIndex{static_cast<std::uint32_t>(i)}});
  }
  inputs.supply = {{.unit_weights = {1000}}};
  inputs.grace = Seconds(0);
  return inputs;
}

/// A job of one pod for each eight accelerators, or of one smaller pod.
inline JobSpec job(const std::string& name, int team, int accelerators, Seconds submit,
                   Seconds work) {
  JobSpec spec;
  spec.name = name;
  spec.team = TeamIndex{static_cast<std::uint32_t>(team)};
  spec.submit = SimTime() + SimDuration::rounded(submit);
  const int pods = std::max(1, accelerators / 8);
  spec.podsets.resize(1);
  spec.podsets.front().count = pods;
  spec.podsets.front().per_pod = {{ResourceIndex{0}, accelerators / pods}};
  spec.work = SimDuration::rounded(work);
  return spec;
}

}  // namespace sextant::fixtures
