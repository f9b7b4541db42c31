#include <benchmark/benchmark.h>

#include "sextant/serving/queueing.h"
#include "sextant/serving/serving_fleet.h"

namespace sextant {
namespace {

ServingInputs fleet(int batch) {
  ServingInputs inputs;
  inputs.endpoint.requests = {{Seconds(0), 270}};
  inputs.endpoint.least = inputs.endpoint.most = 33;
  inputs.service = {.slots = 1,
                    .batch = batch,
                    .batch_timeout = Seconds(batch > 1 ? 0.01 : 0),
                    .single = Seconds(0.1),
                    .full = Seconds(0.11 * batch)};
  inputs.duration = Seconds(1000);
  return inputs;
}

/// Requests per second of real time: a fixed fleet of 33 replicas at 90 % for 1,000 s.
void simulate_requests(benchmark::State& state) {
  const ServingInputs inputs = fleet(static_cast<int>(state.range(0)));
  std::int64_t requests = 0;
  for (auto _ : state) requests += simulate_serving(inputs).arrived;
  state.SetItemsProcessed(requests);
}
BENCHMARK(simulate_requests)->Arg(1)->Arg(8);

/// One evaluation of the exact M/D/c: c servers at so many per mille.
void constant_queue(benchmark::State& state) {
  const auto servers = static_cast<int>(state.range(0));
  const QueueLoad load{.arrivals_per_s = 1e-3 * static_cast<double>(state.range(1)) * servers,
                       .servers = servers,
                       .service = Seconds(1)};
  for (auto _ : state) benchmark::DoNotOptimize(ConstantQueue(load).response_quantile(0.99));
}
BENCHMARK(constant_queue)->Args({1, 900})->Args({1, 990})->Args({33, 985})->Args({1000, 900});

}  // namespace
}  // namespace sextant
