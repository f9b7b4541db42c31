// Bars (release build, one core): a million jobs of 100 teams below 60 s under every baseline but
// the conservative one, that is 16,667 jobs/s, and no fewer of them per second in a longer run. The
// conservative one looks at everybody who waits whenever a job ends before its time.
#include <benchmark/benchmark.h>

#include <string>

#include "sextant/governance/baseline_scheduler.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/random_stream.h"
#include "tests/support/schedule.h"

namespace sextant {
namespace {

constexpr int kNodes = 128;
constexpr int kTeams = 100;
constexpr double kLoad = 0.95;

/// Poisson arrivals of jobs of 1 to 128 accelerators, mostly small, of exponential lengths, that
/// keep so much of the cluster busy. Estimates are up to three times too long.
std::vector<fixtures::ScheduledJob> jobs_of_many_teams(std::int64_t count) {
  static constexpr int kSizes[] = {1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 16, 32, 128};
  constexpr double kMeanPods = 218.0 / 16;
  constexpr double kMeanWork_s = 3600;
  constexpr double kGap_s = kMeanWork_s * kMeanPods / (kLoad * 8 * kNodes);
  RandomStream stream(1, "bench.jobs", 0);
  std::vector<fixtures::ScheduledJob> jobs;
  double now_s = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    now_s += kGap_s * draw_exponential(stream);
    const double work_s = 1 + kMeanWork_s * draw_exponential(stream);
    const auto size = static_cast<std::size_t>(draw_uniform(stream) * 16);
    const auto team = static_cast<std::uint32_t>(draw_uniform(stream) * kTeams);
    jobs.push_back({.submit = fixtures::at_s(now_s),
                    .work = fixtures::seconds(work_s),
                    .pods = kSizes[size],
                    .queue = QueueIndex{team},
                    .estimate = fixtures::seconds((1 + 2 * draw_uniform(stream)) * work_s)});
  }
  return jobs;
}

void schedule_jobs(benchmark::State& state, SchedulerKind kind, int nodes) {
  // Static partitions are given what lets their largest job run.
  const Amount nominal = kind == SchedulerKind::kStaticPartition ? 128 : 8 * kNodes / kTeams + 1;
  const AdmissionPolicy policy =
      fixtures::simple_policy(std::vector<Amount>(kTeams, nominal), nodes);
  const std::vector<fixtures::ScheduledJob> jobs = jobs_of_many_teams(state.range(0));
  for (auto _ : state) {
    const std::unique_ptr<Scheduler> scheduler = make_baseline(kind, policy);
    benchmark::DoNotOptimize(fixtures::Schedule(*scheduler, jobs).run());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

const int kRegistered = [] {
  for (const auto& [kind, name] : EnumNames<SchedulerKind>::table) {
    if (kind == SchedulerKind::kKueue) continue;
    for (const int nodes : {0, kNodes}) {
      const std::string title = std::string(name) + (nodes > 0 ? "/nodes" : "/counted");
      benchmark::RegisterBenchmark(title.c_str(), schedule_jobs, kind, nodes)
          ->Arg(10'000)
          ->Arg(kind == SchedulerKind::kConservative ? 20'000 : 100'000)
          ->Unit(benchmark::kMillisecond);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace sextant
