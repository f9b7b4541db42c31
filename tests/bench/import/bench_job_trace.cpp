#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sstream>

#include "src/import/job_trace.h"

namespace sextant::importer {
namespace {

constexpr int kLines = 200'000;

std::string csv() {
  std::string log = "job_id,user,vc,gpu_num,state,submit_time,start_time,end_time,duration\n";
  for (int i = 0; i < kLines; ++i) {
    log += fmt::format(
        "{},u{},vc{},{},COMPLETED,2020-04-{:02} {:02}:{:02}:{:02},2020-04-30 00:00:00,"
        "2020-04-30 01:00:00,{}\n",
        i, i % 50, i % 16, 1 << (i % 5), 1 + i / 10'000, i / 1000 % 24, i / 60 % 60, i % 60,
        60 + i % 5000);
  }
  return log;
}

std::string swf() {
  std::string log = "; a log\n";
  for (int i = 0; i < kLines; ++i) {
    log +=
        fmt::format("{} {} 10 {} 16 -1 -1 16 900 -1 1 3 2 -1 1 1 -1 -1\n", i, 7 * i, 60 + i % 99);
  }
  return log;
}

std::string sacct() {
  std::string log = "JobID|User|Account|Submit|Start|Elapsed|NNodes|AllocTRES|State\n";
  for (int i = 0; i < kLines; ++i) {
    log += fmt::format(
        "{}|ann|vision|2024-03-{:02}T08:{:02}:00|2024-03-30T08:00:00|01:{:02}:00|2|"
        "billing=192,cpu=192,gres/gpu:h100=16,gres/gpu=16,mem=2T,node=2|COMPLETED\n",
        i, 1 + i / 10'000, i / 200 % 60, i % 60);
  }
  return log;
}

void read_all(benchmark::State& state, const std::string& log) {
  std::int64_t lines = 0;
  for (auto _ : state) {
    JobTrace trace(std::make_unique<std::istringstream>(log), "log");
    while (auto job = trace.next()) benchmark::DoNotOptimize(job->run);
    lines += static_cast<std::int64_t>(trace.lines());
  }
  state.SetItemsProcessed(lines);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
}

void BM_Csv(benchmark::State& state) { read_all(state, csv()); }
void BM_Swf(benchmark::State& state) { read_all(state, swf()); }
void BM_Sacct(benchmark::State& state) { read_all(state, sacct()); }
BENCHMARK(BM_Csv)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Swf)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Sacct)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant::importer
