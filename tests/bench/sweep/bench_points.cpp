#include <benchmark/benchmark.h>

#include "src/sweep/evaluate.h"

namespace sextant::sweep {
namespace {

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

/// Points of a small scenario, two replicas each, from the study to the row.
void points(benchmark::State& state) {
  const OpenStudy study = open_study(kData + "studies/thousands.json");
  const PointEvaluator evaluator(study, kData + "models");
  std::int64_t point = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluator.evaluate(point));
    point = (point + 1) % study.points.count();
  }
  state.counters["points/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(points)->Unit(benchmark::kMicrosecond);

/// The scenario of a point alone: its values, put in place.
void scenarios(benchmark::State& state) {
  const OpenStudy study = open_study(kData + "studies/thousands.json");
  catalog::Catalogue catalogue(kData + "models");
  std::int64_t point = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        study.points.scenario(study.scenario(), study.points.values(point), catalogue));
    point = (point + 1) % study.points.count();
  }
}
BENCHMARK(scenarios)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sextant::sweep
