// Whatever happens in whatever order, a baseline scheduler hands out no node twice, and in the end
// everything is free again.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "sextant/governance/baseline_scheduler.h"

namespace sextant {
namespace {

constexpr ResourceIndex kCpu{0};
constexpr ResourceIndex kGpu{1};
constexpr int kNodes = 3;

/// Two flavors with nodes of 8 accelerators and 64 cores, and one that only has quota.
AdmissionPolicy drawn_policy() {
  AdmissionPolicy policy;
  policy.resources = {"cpu", "nvidia.com/gpu"};
  for (const char* name : {"h100", "a100", "cloud"}) policy.flavors.emplace_back().name = name;
  for (int i = 0; i < 2; ++i) {
    policy.flavors[static_cast<std::size_t>(i)].nodes = kNodes;
    policy.flavors[static_cast<std::size_t>(i)].node_capacity = {{kCpu, 64'000}, {kGpu, 8}};
  }
  for (int i = 0; i < 3; ++i) {
    AdmissionQueue& queue = policy.queues.emplace_back();
    queue.name = "team-" + std::to_string(i);
    for (std::uint16_t flavor = 0; flavor < 3; ++flavor) {
      if (!queue.groups.empty() && *rc::gen::inRange(0, 3) == 0) continue;
      if (queue.groups.empty()) queue.groups.emplace_back();
      queue.groups[0].flavors.push_back({FlavorIndex{flavor},
                                         {{kCpu, *rc::gen::inRange(0, 192) * 1000, {}, {}},
                                          {kGpu, *rc::gen::inRange(0, 24), {}, {}}}});
    }
  }
  policy.minimum_runtime = Seconds(*rc::gen::element(0, 5));
  return policy;
}

Workload drawn_workload(SimTime now, std::uint64_t uid) {
  Workload workload;
  workload.queue = QueueIndex{*rc::gen::inRange<std::uint32_t>(0, 3)};
  workload.created = now;
  workload.uid = uid;
  workload.estimate = SimDuration(*rc::gen::inRange<std::int64_t>(0, 40) * 1'000'000'000);
  if (*rc::gen::inRange(0, 10) == 0) workload.estimate = SimDuration::never();
  for (int sets = *rc::gen::inRange(1, 3); sets > 0; --sets) {
    PodSet pods{.count = *rc::gen::inRange(1, 12), .min_count = {}, .per_pod = {}, .topology = {}};
    pods.per_pod = {{kCpu, *rc::gen::inRange(0, 40) * 1000}, {kGpu, *rc::gen::inRange(0, 9)}};
    workload.podsets.push_back(pods);
  }
  return workload;
}

/// Does one thing after another to a scheduler, and keeps book of who has what.
class Storm {
 public:
  Storm(Scheduler& scheduler, const AdmissionPolicy& policy)
      : scheduler_(scheduler), policy_(policy) {}

  void blow() {
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
      case 1:
      case 2:
        return submit();
      case 3:
        return remove();
      case 4:
        return evict();
      case 5:
        return requeue();
      case 6:
        return scheduler_.set_node(FlavorIndex{*rc::gen::inRange<std::uint16_t>(0, 2)},
                                   *rc::gen::inRange(0, kNodes), *rc::gen::arbitrary<bool>(), now_);
      case 7:
        return scheduler_.set_nominal("team-0", FlavorIndex{2}, kGpu, *rc::gen::inRange(0, 30),
                                      now_);
      default:
        now_ += SimDuration(*rc::gen::inRange<std::int64_t>(1, 9) * 1'000'000'000);
    }
  }

  void settle() {
    for (int cycles = 0; scheduler_.wants_cycle(now_); ++cycles) {
      RC_ASSERT(cycles < 100);
      const Scheduler::Decisions decisions = scheduler_.cycle(now_);
      for (const Eviction& eviction : decisions.evicted) {
        RC_ASSERT(jobs_.at(eviction.workload).state == State::kRunning);
        jobs_.at(eviction.workload).state = State::kEvicted;
      }
      for (const Admission& admission : decisions.admitted) {
        Job& job = jobs_.at(admission.workload);
        RC_ASSERT(job.state == State::kPending);
        job.state = State::kRunning;
        job.podsets = admission.podsets;
      }
      check_nodes();
    }
    RC_ASSERT(scheduler_.next_wake() > now_);
    for (const auto& [index, job] : jobs_) {
      if (job.state == State::kPending) (void)scheduler_.why_waiting(index);
    }
  }

  /// Everything goes, all nodes come back; then a job that needs all of a flavor gets it.
  void calm() {
    while (!jobs_.empty()) remove_first();
    for (std::uint16_t flavor = 0; flavor < 2; ++flavor) {
      for (int node = 0; node < kNodes; ++node) {
        scheduler_.set_node(FlavorIndex{flavor}, node, true, now_);
      }
    }
    Workload all;
    all.queue = QueueIndex{0};
    all.estimate = SimDuration(1);
    all.podsets = {{kNodes, {}, {{kGpu, 8}}, {}}};
    scheduler_.submit(WorkloadIndex{0}, all, now_);
    const bool nodes = policy_.queues[0].groups[0].flavors[0].flavor != FlavorIndex{2};
    if (nodes) RC_ASSERT(scheduler_.cycle(now_).admitted.size() == 1u);
  }

 private:
  enum class State { kPending, kRunning, kEvicted };
  struct Job {
    Workload workload;
    State state = State::kPending;
    std::vector<PodSetAssignment> podsets;
  };

  void submit() {
    const WorkloadIndex index{next_++};
    jobs_[index].workload = drawn_workload(now_, next_);
    scheduler_.submit(index, jobs_[index].workload, now_);
  }
  void remove_first() {
    scheduler_.remove(jobs_.begin()->first, now_);
    jobs_.erase(jobs_.begin());
  }
  void remove() {
    if (jobs_.empty()) return;
    const auto job = pick();
    scheduler_.remove(job->first, now_);
    jobs_.erase(job);
  }
  void evict() {
    if (jobs_.empty()) return;
    const auto job = pick();
    if (job->second.state != State::kRunning) return;
    scheduler_.evicting(job->first, now_);
    job->second.state = State::kEvicted;
  }
  void requeue() {
    if (jobs_.empty()) return;
    const auto job = pick();
    if (job->second.state != State::kEvicted) return;
    const SimTime not_before =
        now_ + SimDuration(*rc::gen::inRange<std::int64_t>(0, 20) * 1'000'000'000);
    scheduler_.requeue(job->first, EvictionReason::kShorterJob, job->second.workload.estimate, now_,
                       not_before);
    job->second.state = State::kPending;
  }
  std::map<WorkloadIndex, Job>::iterator pick() {
    return std::next(jobs_.begin(), *rc::gen::inRange(0, static_cast<int>(jobs_.size())));
  }

  void check_nodes() const {
    std::map<std::pair<FlavorIndex, int>, std::pair<Amount, Amount>> used;
    for (const auto& [index, job] : jobs_) {
      if (job.state == State::kPending) continue;
      for (std::size_t i = 0; i < job.podsets.size(); ++i) {
        const PodSet& pods = job.workload.podsets[i];
        for (const PodsOnNode& part : job.podsets[i].nodes) {
          auto& [cpu, gpu] = used[{job.podsets[i].flavors[0].flavor, part.node}];
          cpu += part.pods * pods.per_pod[0].amount;
          gpu += part.pods * pods.per_pod[1].amount;
          RC_ASSERT(cpu <= 64'000);
          RC_ASSERT(gpu <= 8);
        }
      }
    }
  }

  Scheduler& scheduler_;
  const AdmissionPolicy& policy_;
  SimTime now_;
  std::uint32_t next_ = 0;
  std::map<WorkloadIndex, Job> jobs_;
};

RC_GTEST_PROP(BaselineStorms, NoNodeIsGivenTwice, ()) {
  const AdmissionPolicy policy = drawn_policy();
  const SchedulerKind kind = *rc::gen::element(
      SchedulerKind::kFifo, SchedulerKind::kSjf, SchedulerKind::kSrtf, SchedulerKind::kSrsf,
      SchedulerKind::kEasy, SchedulerKind::kConservative, SchedulerKind::kStaticPartition);
  const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
  Storm storm(*scheduler, policy);
  for (int steps = *rc::gen::inRange(1, 80); steps > 0; --steps) {
    storm.blow();
    storm.settle();
  }
  if (kind != SchedulerKind::kStaticPartition) storm.calm();
}

}  // namespace
}  // namespace sextant
