// Speed of the exhaustive search: Turing-NLG 530B on 2,520 accelerators, the case that Calculon
// (Isaev et al. 2023) times. Only layouts that fit in memory and are fully timed count.
#include <benchmark/benchmark.h>

#include "src/search/layout_search.h"
#include "tests/support/turing_530b.h"

namespace sextant::search {
namespace {

void search(benchmark::State& state, bool time_all) {
  const StepInputs turing = fixtures::turing_530b();
  const Calibration calibration = fixtures::calibration();
  LayoutSpace space = every_layout(turing);
  space.pipelined_zero = 3;  // whatever any framework can do
  space.recompute = {Recompute::kNone, Recompute::kSelective, Recompute::kOperator,
                     Recompute::kFull};
  SearchOptions options{.time_all = time_all};
  options.parallel.threads = static_cast<int>(state.range(0));
  SearchResult result;
  for (auto _ : state) {
    result = search_layouts(turing, space, calibration, options);
  }
  const auto per_second = [&](std::int64_t n) {
    return benchmark::Counter(static_cast<double>(n),
                              benchmark::Counter::kIsIterationInvariantRate);
  };
  state.counters["layouts/s"] = per_second(result.timed);
  state.counters["valid"] = static_cast<double>(result.valid);
  state.counters["fit"] = static_cast<double>(result.fit);
  state.counters["timed"] = static_cast<double>(result.timed);
}

void BM_SearchTuring530B(benchmark::State& state) { search(state, true); }
BENCHMARK(BM_SearchTuring530B)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void BM_BestOfTuring530B(benchmark::State& state) { search(state, false); }
BENCHMARK(BM_BestOfTuring530B)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace sextant::search
