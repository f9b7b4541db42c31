#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sextant/governance/scheduler.h"
#include "sextant/kernel/assert.h"

namespace sextant::fixtures {

/// A job for a scheduler alone: it works from the moment when it is admitted, and what was done is
/// not lost when it is evicted.
struct ScheduledJob {
  SimTime submit;
  SimDuration work;
  int pods = 1;
  QueueIndex queue{};
  std::optional<SimDuration> estimate{};  ///< of its work; absent: exact
  Amount per_pod = 1;                     ///< of resource 0
};

struct ScheduledOutcome {
  std::optional<SimTime> first_start;
  SimTime end = SimTime::never();  ///< never() if it never could start
  int evictions = 0;
  std::vector<PodsOnNode> nodes;  ///< the last ones, of the first pod set

  SimDuration completion(const ScheduledJob& job) const { return end - job.submit; }
};

struct ScheduleOptions {
  SimDuration eviction;  ///< until the pods of an evicted one have ended
  SimDuration restart;   ///< work that it has to do in addition each time
};

/// Drives a scheduler through jobs in virtual time: at each moment the ends first, then what was
/// evicted comes back, then what arrives, then cycles until one decides nothing more.
class Schedule {
 public:
  Schedule(Scheduler& scheduler, const std::vector<ScheduledJob>& jobs, ScheduleOptions options)
      : scheduler_(scheduler), jobs_(jobs), options_(options), live_(jobs.size()) {
    outcomes_.resize(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      live_[i].left = jobs[i].work;
      events_.emplace(jobs[i].submit, Kind::kSubmit, i, 0);
    }
  }
  Schedule(Scheduler& scheduler, const std::vector<ScheduledJob>& jobs)
      : Schedule(scheduler, jobs, ScheduleOptions()) {}
  virtual ~Schedule() = default;

  std::vector<ScheduledOutcome> run() {
    while (step()) {
    }
    return outcomes_;
  }

 protected:
  /// All decisions of a moment have been made.
  virtual void settled(SimTime) {}
  virtual void preempted(std::size_t /*victim*/, std::size_t /*by*/) {}

  enum class Phase { kAbsent, kPending, kRunning, kEvicted, kDone };
  Phase phase(std::size_t job) const { return live_[job].phase; }
  const std::vector<ScheduledJob>& jobs() const { return jobs_; }
  const ScheduledOutcome& outcome(std::size_t job) const { return outcomes_[job]; }
  /// When a running one ends if nothing happens to it.
  SimTime end_of(std::size_t job) const { return live_[job].since + live_[job].left; }
  Scheduler& scheduler() { return scheduler_; }

 private:
  enum class Kind { kEnd, kGone, kSubmit, kWake };
  struct Live {
    Phase phase = Phase::kAbsent;
    SimDuration left;
    SimTime since;
    std::uint64_t run = 0;  ///< counts starts, so that an old end does not count
  };
  using Happening = std::tuple<SimTime, Kind, std::size_t, std::uint64_t>;

  bool step() {
    if (events_.empty()) return false;
    const SimTime now = std::get<0>(events_.top());
    while (!events_.empty() && std::get<0>(events_.top()) == now) {
      const auto [_, kind, job, run] = events_.top();
      events_.pop();
      happen(kind, job, run, now);
    }
    decide(now);
    settled(now);
    return true;
  }

  void happen(Kind kind, std::size_t job, std::uint64_t run, SimTime now) {
    const WorkloadIndex index{static_cast<std::uint32_t>(job)};
    Live& live = live_[job];
    if (kind == Kind::kSubmit) {
      live.phase = Phase::kPending;
      scheduler_.submit(index, workload(job), now);
    } else if (kind == Kind::kEnd && live.run == run && live.phase == Phase::kRunning) {
      live.phase = Phase::kDone;
      outcomes_[job].end = now;
      scheduler_.remove(index, now);
    } else if (kind == Kind::kGone) {
      live.phase = Phase::kPending;
      scheduler_.requeue(index, EvictionReason::kShorterJob, live.left, now, now);
    }
  }

  Workload workload(std::size_t job) const {
    const ScheduledJob& spec = jobs_[job];
    Workload workload;
    workload.queue = spec.queue;
    workload.created = spec.submit;
    workload.uid = job;
    workload.podsets.push_back({.count = spec.pods,
                                .min_count = {},
                                .per_pod = {{ResourceIndex{0}, spec.per_pod}},
                                .topology = {}});
    workload.estimate = spec.estimate.value_or(spec.work);
    return workload;
  }

  void decide(SimTime now) {
    while (scheduler_.wants_cycle(now)) {
      const Scheduler::Decisions decisions = scheduler_.cycle(now);
      for (const Eviction& eviction : decisions.evicted) evict(eviction, now);
      for (const Admission& admission : decisions.admitted) admit(admission, now);
      while (!events_.empty() && std::get<0>(events_.top()) == now) {
        const auto [_, kind, job, run] = events_.top();
        events_.pop();
        happen(kind, job, run, now);
      }
    }
    const SimTime wake = scheduler_.next_wake();
    if (wake != SimTime::never()) events_.emplace(wake, Kind::kWake, 0, 0);
  }

  void evict(const Eviction& eviction, SimTime now) {
    const auto job = static_cast<std::size_t>(eviction.workload);
    Live& live = live_[job];
    SEXTANT_ASSERT(live.phase == Phase::kRunning, "evicts job {}, which does not run", job);
    live.phase = Phase::kEvicted;
    live.left = live.left - (now - live.since) + options_.restart;
    ++outcomes_[job].evictions;
    preempted(job, static_cast<std::size_t>(eviction.preemptor));
    events_.emplace(now + options_.eviction, Kind::kGone, job, 0);
  }

  void admit(const Admission& admission, SimTime now) {
    const auto job = static_cast<std::size_t>(admission.workload);
    Live& live = live_[job];
    SEXTANT_ASSERT(live.phase == Phase::kPending, "admits job {}, which does not wait", job);
    live.phase = Phase::kRunning;
    live.since = now;
    ++live.run;
    if (!outcomes_[job].first_start) outcomes_[job].first_start = now;
    outcomes_[job].nodes = admission.podsets.front().nodes;
    events_.emplace(now + live.left, Kind::kEnd, job, live.run);
  }

  Scheduler& scheduler_;
  const std::vector<ScheduledJob>& jobs_;
  ScheduleOptions options_;
  std::vector<Live> live_;
  std::vector<ScheduledOutcome> outcomes_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> events_;
};

/// Queues with a nominal quota each of one resource in one flavor, and perhaps nodes of 8.
inline AdmissionPolicy simple_policy(const std::vector<Amount>& nominal, int nodes = 0) {
  AdmissionPolicy policy;
  policy.resources = {"nvidia.com/gpu"};
  AdmissionFlavor& flavor = policy.flavors.emplace_back();
  flavor.name = "h100";
  flavor.nodes = nodes;
  if (nodes > 0) flavor.node_capacity = {{ResourceIndex{0}, 8}};
  for (std::size_t i = 0; i < nominal.size(); ++i) {
    AdmissionQueue& queue = policy.queues.emplace_back();
    queue.name = "team-" + std::to_string(i);
    ResourceGroup& group = queue.groups.emplace_back();
    group.flavors = {{FlavorIndex{0}, {{ResourceIndex{0}, nominal[i], {}, {}}}}};
  }
  return policy;
}

inline SimDuration seconds(double s) { return SimDuration::rounded(Seconds(s)); }
inline SimTime at_s(double s) { return SimTime() + seconds(s); }

}  // namespace sextant::fixtures
