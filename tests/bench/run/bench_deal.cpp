// What dealing costs: pieces that do nothing, so that all of it is handing out and taking. For
// pieces of a millisecond on several ranks: mpirun -n 2 deal_pieces 3000 spin 1000, beside
// mpirun -n 1.

#include <benchmark/benchmark.h>

#include <numeric>

#include "src/run/deal.h"

namespace sextant::run {
namespace {

void BM_DealEmptyPieces(benchmark::State& state) {
  std::vector<std::int64_t> todo(10'000);
  std::iota(todo.begin(), todo.end(), 0);
  const ParallelOptions options{.threads = static_cast<int>(state.range(0))};
  std::int64_t taken = 0;
  const DealtWork work{.work = [](std::int64_t) { return std::string(); },
                       .take = [&](std::int64_t, std::string) { ++taken; },
                       .stopped = {}};
  for (auto _ : state) deal(todo, options, work);
  state.SetItemsProcessed(taken);
}
BENCHMARK(BM_DealEmptyPieces)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sextant::run
