#include <benchmark/benchmark.h>

#include "calibrate/ingest/measurements_writer.h"
#include "tests/support/ingested.h"

namespace sextant::ingest {
namespace {

constexpr std::size_t kBytes = std::size_t{8} << 20;

/// Sweeps of nccl-tests -N, one after the other.
std::string table() {
  std::string sweep;
  for (double bytes = 8; bytes <= 8589934592; bytes *= 2) {
    sweep += fixtures::all_reduce_row(bytes, 20 + bytes / 2e5, 16);
  }
  std::string log = fixtures::rank_lines(16) + fixtures::kHeader;
  while (log.size() < kBytes) log += sweep;
  return log;
}

/// What NCCL_DEBUG=INFO prints on sixteen ranks, and a sweep.
std::string debug_log() {
  std::string block;
  for (int rank = 0; rank < 16; ++rank) {
    const std::string head = fmt::format("[1,{}]<stdout>:node-{}:{}:{} [{}] NCCL INFO ", rank,
                                         rank / 8, 100 + rank, 200 + rank, rank % 8);
    for (const char* said :
         {"Channel 03/0 : 15[7] -> 14[6] via P2P/IPC/read",
          "Channel 01/0 : 7[7] -> 8[0] [receive] via NET/Libfabric/1/GDRDMA",
          "Trees [0] 1/-1/-1->0->8 [1] 2/-1/-1->1->0",
          "threadThresholds 8/8/64 | 128/8/64 | 512 | 512", "Connected all trees"}) {
      block += head + said + "\n";
    }
  }
  std::string log = fixtures::all_reduce_log();
  while (log.size() < kBytes) log += block + fixtures::all_reduce_row(1073741824, 4710.3, 16);
  return log;
}

void summarise(benchmark::State& state, const std::string& log) {
  for (auto _ : state) {
    TextSource source(log);
    benchmark::DoNotOptimize(ingest_log(source, {}, [](const Sample&) {}));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
}

void write_document(benchmark::State& state, const std::string& log) {
  std::size_t written = 0;
  for (auto _ : state) {
    MeasurementsWriter writer([&](std::string_view text) { written += text.size(); }, false);
    TextSource source(log);
    ingest_log(source, {}, [&](const Sample& sample) { writer.sample(sample, 0); });
    writer.finish({}, {});
  }
  benchmark::DoNotOptimize(written);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
}

BENCHMARK_CAPTURE(summarise, table, table())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(summarise, debug_log, debug_log())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_document, table, table())->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant::ingest
