// The fabric of a large cluster, 2,048 nodes of eight accelerators with four cards each: building
// it (bar: 3 s), a route in it (bar: about 10 us), its bisection.

#include <benchmark/benchmark.h>

#include "tests/support/fabrics.h"

namespace sextant {
namespace {

FabricPlan large_plan(FabricKind kind) {
  FabricPlan plan = test::fabric_plan(kind);
  plan.spines.value = 16;
  plan.leaves_per_pod.value = 16;
  plan.cores.value = 16;
  return plan;
}

void build(benchmark::State& state) {
  const FabricPlan plan = large_plan(static_cast<FabricKind>(state.range(0)));
  for (auto _ : state) {
    const Fabric fabric = test::fabric_of(plan, test::p5(), 2048);
    benchmark::DoNotOptimize(fabric.links());
  }
}
BENCHMARK(build)
    ->Arg(static_cast<int>(FabricKind::kNonBlocking))
    ->Arg(static_cast<int>(FabricKind::kRailOptimised))
    ->Arg(static_cast<int>(FabricKind::kFatTree))
    ->Unit(benchmark::kMillisecond);

/// To a node of the same leaves, of the same pod, and of another.
void route(benchmark::State& state) {
  const Fabric fabric = test::fabric_of(large_plan(FabricKind::kRailOptimised), test::p5(), 2048);
  const auto from = fabric.accelerator(0, 3);
  const auto to = fabric.accelerator(static_cast<int>(state.range(0)), 3);
  std::size_t links = 0;
  for (auto _ : state) links = fabric.route(from, to).size();
  state.counters["links"] = static_cast<double>(links);
}
BENCHMARK(route)->Arg(1)->Arg(100)->Arg(2047);

void route_to_storage(benchmark::State& state) {
  const Fabric fabric = test::fabric_of(large_plan(FabricKind::kRailOptimised), test::p5(), 2048);
  std::size_t links = 0;
  for (auto _ : state) links = fabric.route(fabric.host(7), fabric.storage()).size();
  state.counters["links"] = static_cast<double>(links);
}
BENCHMARK(route_to_storage);

void bisection(benchmark::State& state) {
  const Fabric fabric = test::fabric_of(large_plan(FabricKind::kRailOptimised), test::p5(), 2048);
  for (auto _ : state) benchmark::DoNotOptimize(fabric.bisection());
}
BENCHMARK(bisection)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant
