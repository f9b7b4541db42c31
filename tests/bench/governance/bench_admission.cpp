// Kueue's own load for its performance runner, driven event by event: per queue 350 small, 100
// medium and 50 large workloads of 1, 5 and 20 units that run for 0.2, 0.5 and 1 s and come every
// 0.1, 0.5 and 1.2 s, on a nominal quota of 20 with a borrowing limit of 100. 30 queues in 5
// cohorts make 15,000; 100 queues in 10 cohorts with 20 times as many each make a million. Bars of
// design.md section 7: 1 s and 60 s.
#include <benchmark/benchmark.h>

#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include "sextant/governance/kueue_scheduler.h"

namespace sextant {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

struct WorkloadClass {
  int count;
  int units;
  std::int64_t run_ms;
  std::int64_t every_ms;
  std::int32_t priority;
};
constexpr WorkloadClass kClasses[] = {
    {350, 1, 200, 100, 50}, {100, 5, 500, 500, 100}, {50, 20, 1000, 1200, 200}};

AdmissionPolicy baseline_policy(int queues, int cohorts, bool fair_sharing) {
  AdmissionPolicy policy;
  policy.fair_sharing = fair_sharing;
  policy.resources = {"cpu"};
  policy.flavors.emplace_back().name = "default";
  for (int i = 0; i < queues; ++i) {
    AdmissionQueue& queue = policy.queues.emplace_back();
    queue.name = "queue-" + std::to_string(i);
    queue.cohort = "cohort-" + std::to_string(i % cohorts);
    queue.preemption = {.within_queue = WithinQueuePolicy::kLowerPriority,
                        .reclaim_within_cohort = ReclaimPolicy::kAny};
    queue.groups = {{{{FlavorIndex{0},
                       {{.resource = ResourceIndex{0}, .nominal = 20, .borrowing_limit = 100}}}}}};
  }
  return policy;
}

/// The cluster around the scheduler: workloads come, run and end; who is evicted begins again.
class Load {
 public:
  Load(int queues, int times, std::int64_t apart_ns) {
    for (int queue = 0; queue < queues; ++queue) {
      for (const WorkloadClass& kind : kClasses) {
        for (int i = 0; i < kind.count * times; ++i) {
          jobs_.push_back({&kind, QueueIndex{static_cast<std::uint32_t>(queue)}});
          events_.push(
              {queue * apart_ns + i * kind.every_ms * kMillisecond, kArrives, jobs_.size() - 1, 0});
        }
      }
    }
  }

  std::int64_t run(Scheduler& scheduler) {
    while (!events_.empty()) {
      const SimTime now(std::get<0>(events_.top()));
      while (!events_.empty() && std::get<0>(events_.top()) == now.ns()) handle(scheduler, now);
      while (scheduler.wants_cycle(now)) decide(scheduler, now);
    }
    return finished_;
  }
  std::int64_t cycles() const { return cycles_; }

 private:
  enum Kind { kEnds, kGone, kArrives };
  struct Job {
    const WorkloadClass* kind;
    QueueIndex queue;
    int start = 0;  ///< counts its starts: an end of an earlier one is void
  };
  using Event = std::tuple<std::int64_t, Kind, std::size_t, int>;

  static WorkloadIndex index(std::size_t job) {
    return WorkloadIndex{static_cast<std::uint32_t>(job)};
  }

  void handle(Scheduler& scheduler, SimTime now) {
    const auto [time, kind, job, start] = events_.top();
    events_.pop();
    if (kind == kArrives) {
      Workload workload{.queue = jobs_[job].queue,
                        .priority = jobs_[job].kind->priority,
                        .created = now,
                        .uid = job,
                        .podsets = {}};
      workload.podsets.emplace_back().per_pod = {{ResourceIndex{0}, jobs_[job].kind->units}};
      scheduler.submit(index(job), std::move(workload), now);
    } else if (start == jobs_[job].start) {
      if (kind == kEnds) {
        scheduler.remove(index(job), now);
        ++finished_;
      } else {
        scheduler.requeue(index(job), EvictionReason::kInClusterQueue, SimDuration(), now, now);
      }
    }
  }

  void decide(Scheduler& scheduler, SimTime now) {
    ++cycles_;
    const Scheduler::Decisions decisions = scheduler.cycle(now);
    for (const Admission& admission : decisions.admitted) {
      const std::size_t job = static_cast<std::size_t>(admission.workload);
      scheduler.set_pods_ready(admission.workload, true, now);
      events_.push(
          {now.ns() + jobs_[job].kind->run_ms * kMillisecond, kEnds, job, ++jobs_[job].start});
    }
    for (const Eviction& eviction : decisions.evicted) {
      const std::size_t job = static_cast<std::size_t>(eviction.workload);
      events_.push({now.ns() + kMillisecond, kGone, job, ++jobs_[job].start});
    }
  }

  std::vector<Job> jobs_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::int64_t finished_ = 0;
  std::int64_t cycles_ = 0;
};

void admission(benchmark::State& state, int queues, int cohorts, int times, std::int64_t apart_ns,
               bool fair_sharing) {
  std::int64_t finished = 0;
  std::int64_t cycles = 0;
  for (auto _ : state) {
    Load load(queues, times, apart_ns);
    KueueScheduler scheduler(baseline_policy(queues, cohorts, fair_sharing));
    finished += load.run(scheduler);
    cycles = load.cycles();
  }
  state.SetItemsProcessed(finished);
  state.counters["cycles"] = static_cast<double>(cycles);
}

BENCHMARK_CAPTURE(admission, kueue_baseline, 30, 5, 1, 0, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(admission, kueue_baseline_fair, 30, 5, 1, 0, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(admission, million, 100, 10, 20, 737'111, false)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(admission, hundred_thousand_fair, 100, 10, 2, 737'111, true)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace sextant
