// The aggregated model at 16,384 writers of 44 parts each; bar: 1 ms. The per-request model at
// 100,000 requests, for comparison.

#include <benchmark/benchmark.h>

#include "sextant/storage/request_load.h"
#include "tests/support/stores.h"

namespace sextant {
namespace {

RequestLoad checkpoint(std::int64_t writers, std::int64_t partitions, RetryMode mode) {
  return {.clients = writers,
          .requests = 44,
          .connections = 8,
          .size = Bytes(8'388'608),
          .connection_bandwidth = BytesPerSecond(50e6),
          .partitions = partitions,
          .retry = retry_policy(mode)};
}

ObjectStore store() {
  ObjectStore store = *fixtures::object_store().object_store;
  store.first_byte.range = std::array{Seconds(0.1), Seconds(0.2)};
  return store;
}

void aggregate(benchmark::State& state, RetryMode mode) {
  const RequestLoad load = checkpoint(16'384, state.range(0), mode);
  for (auto _ : state) benchmark::DoNotOptimize(aggregate_requests(store(), load));
}
BENCHMARK_CAPTURE(aggregate, standard, RetryMode::kStandard)->Arg(1)->Arg(64);
BENCHMARK_CAPTURE(aggregate, legacy, RetryMode::kLegacy)->Arg(1)->Arg(64);
BENCHMARK_CAPTURE(aggregate, adaptive, RetryMode::kAdaptive)->Arg(1)->Arg(64);

void per_request(benchmark::State& state) {
  const RequestLoad load = checkpoint(2273, state.range(0), RetryMode::kStandard);
  for (auto _ : state) benchmark::DoNotOptimize(simulate_requests(store(), load, 1));
  state.SetItemsProcessed(state.iterations() * load.clients * load.requests);
}
BENCHMARK(per_request)->Arg(1)->Arg(64)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant
