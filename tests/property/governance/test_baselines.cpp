// Laws of the baseline schedulers, on random jobs: what none may do, what each promises, and the
// optimum that theory knows for a single server.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "sextant/governance/baseline_scheduler.h"
#include "sim/governance/baseline_conservative.h"
#include "sim/governance/baseline_easy.h"
#include "tests/support/schedule.h"

namespace sextant {
namespace {

using fixtures::at_s;
using fixtures::Schedule;
using fixtures::ScheduledJob;
using fixtures::ScheduledOutcome;
using fixtures::ScheduleOptions;
using fixtures::seconds;
using fixtures::simple_policy;

constexpr int kNodes = 4;
constexpr int kCapacity = 8 * kNodes;

enum class Estimates { kExact, kTooLong, kAny };

std::vector<ScheduledJob> drawn_jobs(Estimates estimates) {
  std::vector<ScheduledJob> jobs;
  SimTime submit;
  for (int n = *rc::gen::inRange(1, 40); n > 0; --n) {
    submit += seconds(*rc::gen::inRange(0, 6));
    ScheduledJob job{
        .submit = submit,
        .work = seconds(*rc::gen::inRange(1, 60)),
        .pods = *rc::gen::weightedOneOf<int>({{3, rc::gen::inRange(1, 8)},
                                              {2, rc::gen::element(8, 16, 24, kCapacity)},
                                              {1, rc::gen::inRange(1, kCapacity + 1)}})};
    job.queue = QueueIndex{*rc::gen::inRange<std::uint32_t>(0, 2)};
    if (estimates == Estimates::kTooLong)
      job.estimate = job.work + seconds(*rc::gen::inRange(0, 50));
    if (estimates == Estimates::kAny) job.estimate = seconds(*rc::gen::inRange(1, 100));
    jobs.push_back(job);
  }
  return jobs;
}

/// Nodes, or only a number.
AdmissionPolicy drawn_policy() {
  return simple_policy({kCapacity, 0}, *rc::gen::element(0, kNodes));
}

SchedulerKind drawn_kind() {
  return *rc::gen::element(SchedulerKind::kFifo, SchedulerKind::kSjf, SchedulerKind::kSrtf,
                           SchedulerKind::kSrsf, SchedulerKind::kEasy,
                           SchedulerKind::kConservative);
}

/// Checks at every moment that no node has more pods than it has room for.
class Watched : public Schedule {
 public:
  using Schedule::Schedule;

 protected:
  void settled(SimTime) override {
    std::map<int, int> pods;
    int all = 0;
    for (std::size_t i = 0; i < jobs().size(); ++i) {
      if (phase(i) != Phase::kRunning && phase(i) != Phase::kEvicted) continue;
      all += jobs()[i].pods;
      int placed = 0;
      for (const PodsOnNode& part : outcome(i).nodes) {
        RC_ASSERT((pods[part.node] += part.pods) <= 8);
        placed += part.pods;
      }
      RC_ASSERT(outcome(i).nodes.empty() || placed == jobs()[i].pods);
      RC_ASSERT(static_cast<int>(outcome(i).nodes.size()) <= (jobs()[i].pods + 7) / 8);
    }
    RC_ASSERT(all <= kCapacity);
    used_ = all;
  }

  int used_ = 0;
};

RC_GTEST_PROP(Baselines, NeverExceedTheCapacityAndFinishEveryJob, ()) {
  const AdmissionPolicy policy = drawn_policy();
  const std::unique_ptr<Scheduler> scheduler = make_baseline(drawn_kind(), policy);
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kAny);
  const ScheduleOptions options{.eviction = seconds(*rc::gen::inRange(0, 10)),
                                .restart = seconds(*rc::gen::inRange(0, 5))};
  for (const ScheduledOutcome& outcome : Watched(*scheduler, jobs, options).run()) {
    RC_ASSERT(outcome.end != SimTime::never());
  }
}

RC_GTEST_PROP(Baselines, AnswerTheSameTwice, ()) {
  const AdmissionPolicy policy = drawn_policy();
  const SchedulerKind kind = drawn_kind();
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kAny);
  const auto ends = [&] {
    const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
    std::vector<SimTime> all;
    for (const ScheduledOutcome& outcome : Schedule(*scheduler, jobs).run()) {
      all.push_back(outcome.end);
    }
    return all;
  };
  RC_ASSERT(ends() == ends());
}

RC_GTEST_PROP(Baselines, FifoStartsInOrder, ()) {
  const AdmissionPolicy policy = drawn_policy();
  const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, policy);
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kAny);
  SimTime last;
  for (const ScheduledOutcome& outcome : Schedule(*fifo, jobs).run()) {
    RC_ASSERT(last <= *outcome.first_start);
    last = *outcome.first_start;
  }
}

RC_GTEST_PROP(Baselines, StaticPartitionsDoNotDisturbEachOther, ()) {
  const AdmissionPolicy policy = simple_policy({kCapacity, kCapacity});
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kAny);
  const std::unique_ptr<Scheduler> both = make_baseline(SchedulerKind::kStaticPartition, policy);
  const std::vector<ScheduledOutcome> together = Schedule(*both, jobs).run();
  for (const std::uint32_t queue : {0u, 1u}) {
    std::vector<ScheduledJob> own;
    std::vector<SimTime> expected;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (jobs[i].queue != QueueIndex{queue}) continue;
      own.push_back(jobs[i]);
      expected.push_back(together[i].end);
    }
    const AdmissionPolicy half = simple_policy({kCapacity, 0});
    const std::unique_ptr<Scheduler> fifo = make_baseline(SchedulerKind::kFifo, half);
    std::vector<SimTime> ends;
    for (const ScheduledOutcome& outcome : Schedule(*fifo, own).run()) ends.push_back(outcome.end);
    RC_ASSERT(ends == expected);
  }
}

/// Whoever comes first does not wait for what is free; with kAll nobody does.
class Conserving : public Watched {
 public:
  enum class First { kCreated, kShortest, kAll };
  Conserving(Scheduler& scheduler, const std::vector<ScheduledJob>& jobs, First first)
      : Watched(scheduler, jobs), first_(first) {}

 private:
  void settled(SimTime now) override {
    Watched::settled(now);
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < jobs().size(); ++i) {
      if (phase(i) == Phase::kPending) waiting.push_back(i);
    }
    if (waiting.empty()) return;
    if (first_ == First::kShortest) {
      std::stable_sort(waiting.begin(), waiting.end(), [&](std::size_t a, std::size_t b) {
        return *jobs()[a].estimate < *jobs()[b].estimate;
      });
    }
    if (first_ != First::kAll) waiting.resize(1);
    for (const std::size_t i : waiting) RC_ASSERT(jobs()[i].pods > kCapacity - used_);
  }

  First first_;
};

RC_GTEST_PROP(Baselines, LeaveNothingFreeForWhomTheyWouldServe, ()) {
  const AdmissionPolicy policy = simple_policy({kCapacity, 0});
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kTooLong);
  const auto check = [&](SchedulerKind kind, Conserving::First first) {
    const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
    (void)Conserving(*scheduler, jobs, first).run();
  };
  check(SchedulerKind::kFifo, Conserving::First::kCreated);
  check(SchedulerKind::kEasy, Conserving::First::kCreated);
  check(SchedulerKind::kSjf, Conserving::First::kShortest);
  check(SchedulerKind::kSrtf, Conserving::First::kAll);
  check(SchedulerKind::kSrsf, Conserving::First::kAll);
}

/// Writes down the first promise that each job is given.
class PromisesOfEasy : public Schedule {
 public:
  PromisesOfEasy(EasyScheduler& scheduler, const std::vector<ScheduledJob>& jobs)
      : Schedule(scheduler, jobs), easy_(scheduler) {}
  std::map<std::size_t, SimTime> promised;

 private:
  void settled(SimTime) override {
    if (!easy_.promised_start()) return;
    for (std::size_t i = 0; i < jobs().size(); ++i) {
      if (phase(i) != Phase::kPending) continue;
      promised.emplace(i, *easy_.promised_start());
      return;
    }
  }
  EasyScheduler& easy_;
};

RC_GTEST_PROP(Baselines, EasyKeepsItsPromiseToTheFirst, ()) {
  const AdmissionPolicy policy = drawn_policy();
  const std::vector<ScheduledJob> jobs =
      drawn_jobs(*rc::gen::element(Estimates::kExact, Estimates::kTooLong));
  EasyScheduler easy(policy);
  PromisesOfEasy schedule(easy, jobs);
  const std::vector<ScheduledOutcome> outcomes = schedule.run();
  for (const auto& [job, promise] : schedule.promised) {
    RC_ASSERT(*outcomes[job].first_start <= promise);
  }
}

class PromisesOfConservative : public Schedule {
 public:
  PromisesOfConservative(ConservativeScheduler& scheduler, const std::vector<ScheduledJob>& jobs)
      : Schedule(scheduler, jobs), conservative_(scheduler) {}
  std::map<std::size_t, SimTime> promised;

 private:
  void settled(SimTime now) override {
    for (std::size_t i = 0; i < jobs().size(); ++i) {
      if (phase(i) == Phase::kRunning) promised.emplace(i, now);
      if (phase(i) != Phase::kPending) continue;
      const WorkloadIndex index{static_cast<std::uint32_t>(i)};
      promised.emplace(i, conservative_.promised_start(index).value());
    }
  }
  ConservativeScheduler& conservative_;
};

RC_GTEST_PROP(Baselines, ConservativeKeepsItsPromiseToEverybody, ()) {
  const AdmissionPolicy policy = simple_policy({kCapacity, 0});
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kTooLong);
  ConservativeScheduler conservative(policy);
  PromisesOfConservative schedule(conservative, jobs);
  const std::vector<ScheduledOutcome> outcomes = schedule.run();
  RC_ASSERT(schedule.promised.size() == jobs.size());
  for (const auto& [job, promise] : schedule.promised) {
    RC_ASSERT(*outcomes[job].first_start <= promise);
  }
}

/// Each job in turn at the earliest second at which it fits beside those before it.
std::vector<SimTime> first_fit_plan(const std::vector<ScheduledJob>& jobs) {
  std::map<std::int64_t, int> used;  ///< in each second
  std::vector<SimTime> starts;
  for (const ScheduledJob& job : jobs) {
    const std::int64_t length = job.work.ns() / 1'000'000'000;
    std::int64_t start = job.submit.ns() / 1'000'000'000;
    for (std::int64_t s = start; s < start + length; ++s) {
      if (used[s] + job.pods > kCapacity) start = s + 1;
    }
    for (std::int64_t s = start; s < start + length; ++s) used[s] += job.pods;
    starts.push_back(at_s(static_cast<double>(start)));
  }
  return starts;
}

RC_GTEST_PROP(Baselines, ConservativeWithExactEstimatesIsFirstFit, ()) {
  const AdmissionPolicy policy = simple_policy({kCapacity, 0});
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kExact);
  const std::unique_ptr<Scheduler> scheduler = make_baseline(SchedulerKind::kConservative, policy);
  const std::vector<ScheduledOutcome> outcomes = Schedule(*scheduler, jobs).run();
  const std::vector<SimTime> plan = first_fit_plan(jobs);
  for (std::size_t i = 0; i < jobs.size(); ++i) RC_ASSERT(*outcomes[i].first_start == plan[i]);
}

class Preemptions : public Watched {
 public:
  using Watched::Watched;
  std::set<std::pair<std::size_t, std::size_t>> by;

 private:
  void preempted(std::size_t victim, std::size_t preemptor) override {
    by.emplace(preemptor, victim);
  }
};

RC_GTEST_PROP(Baselines, NobodyPreemptsWhomItWasPreemptedFor, ()) {
  const AdmissionPolicy policy = drawn_policy();
  const SchedulerKind kind = *rc::gen::element(SchedulerKind::kSrtf, SchedulerKind::kSrsf);
  const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
  const std::vector<ScheduledJob> jobs = drawn_jobs(Estimates::kExact);
  Preemptions schedule(*scheduler, jobs, {.eviction = {}, .restart = seconds(2)});
  (void)schedule.run();
  for (const auto& [preemptor, victim] : schedule.by) {
    RC_ASSERT(schedule.by.count({victim, preemptor}) == 0u);
  }
}

std::int64_t total_completion_s(SchedulerKind kind, const std::vector<ScheduledJob>& jobs) {
  const AdmissionPolicy one_server = simple_policy({1});
  const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, one_server);
  SimDuration total;
  const std::vector<ScheduledOutcome> outcomes = Schedule(*scheduler, jobs).run();
  for (std::size_t i = 0; i < jobs.size(); ++i) total += outcomes[i].completion(jobs[i]);
  return total.ns() / 1'000'000'000;
}

std::vector<ScheduledJob> jobs_for_one_server(int latest_submit_s) {
  std::vector<ScheduledJob> jobs;
  for (int n = *rc::gen::inRange(1, 6); n > 0; --n) {
    jobs.push_back({.submit = at_s(*rc::gen::inRange(0, latest_submit_s + 1)),
                    .work = seconds(*rc::gen::inRange(1, 5))});
  }
  return jobs;
}

RC_GTEST_PROP(Baselines, SjfIsOptimalForASingleServer, ()) {
  // All there at once: no order has a smaller sum than any other one tried.
  std::vector<ScheduledJob> jobs = jobs_for_one_server(0);
  std::vector<std::int64_t> works;
  for (const ScheduledJob& job : jobs) works.push_back(job.work.ns() / 1'000'000'000);
  std::sort(works.begin(), works.end());
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  do {
    std::int64_t clock = 0;
    std::int64_t total = 0;
    for (const std::int64_t work : works) total += clock += work;
    best = std::min(best, total);
  } while (std::next_permutation(works.begin(), works.end()));
  RC_ASSERT(total_completion_s(SchedulerKind::kSjf, jobs) == best);
}

/// The least sum of completion times of any preemptive schedule, second by second.
class BestPreemptive {
 public:
  explicit BestPreemptive(const std::vector<ScheduledJob>& jobs) {
    for (const ScheduledJob& job : jobs) {
      submits_.push_back(job.submit.ns() / 1'000'000'000);
      left_.push_back(job.work.ns() / 1'000'000'000);
    }
  }
  std::int64_t total() { return from(0); }

 private:
  std::int64_t from(std::int64_t now) {
    if (std::all_of(left_.begin(), left_.end(), [](auto left) { return left == 0; })) return 0;
    const auto known = known_.find({now, left_});
    if (known != known_.end()) return known->second;
    std::int64_t best = std::numeric_limits<std::int64_t>::max();
    bool any = false;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] == 0 || submits_[i] > now) continue;
      any = true;
      --left_[i];
      const std::int64_t done = left_[i] == 0 ? now + 1 - submits_[i] : 0;
      best = std::min(best, done + from(now + 1));
      ++left_[i];
    }
    if (!any) best = from(now + 1);
    known_[{now, left_}] = best;
    return best;
  }

  std::vector<std::int64_t> submits_;
  std::vector<std::int64_t> left_;
  std::map<std::pair<std::int64_t, std::vector<std::int64_t>>, std::int64_t> known_;
};

RC_GTEST_PROP(Baselines, SrtfIsOptimalForASingleServer, ()) {
  const std::vector<ScheduledJob> jobs = jobs_for_one_server(8);
  RC_ASSERT(total_completion_s(SchedulerKind::kSrtf, jobs) == BestPreemptive(jobs).total());
}

}  // namespace
}  // namespace sextant
