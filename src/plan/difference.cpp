#include "src/plan/difference.h"

#include <algorithm>

namespace sextant::plan {
namespace {

std::optional<PairedDifference> where_both_have_it(const std::optional<Sample>& run,
                                                   const std::optional<Sample>& other) {
  if (!run || !other) return std::nullopt;
  return paired_difference(*run, *other);
}

}  // namespace

bool PairedDifference::certain() const {
  const auto& [low, high] = value.ci95;
  return low > 0 || high < 0 || (low == 0 && high == 0);
}

PairedDifference paired_difference(const Sample& run, const Sample& other) {
  const std::size_t pairs = std::min(run.count(), other.count());
  Sample differences;
  for (std::size_t i = 0; i < pairs; ++i) {
    differences.add(run.numbers()[i] - other.numbers()[i]);
  }
  return {differences.summary()};
}

ForecastDifference difference(const Forecast& run, const Forecast& other) {
  const Forecast::Samples& a = run.samples;
  const Forecast::Samples& b = other.samples;
  return {.pairs = std::min(run.replicas, other.replicas),
          .wall_time_s = paired_difference(a.wall_time_s, b.wall_time_s),
          .cost_usd = where_both_have_it(a.cost_usd, b.cost_usd),
          .energy_j = where_both_have_it(a.energy_j, b.energy_j),
          .ettr = paired_difference(a.ettr, b.ettr),
          .interruptions = paired_difference(a.interruptions, b.interruptions)};
}

}  // namespace sextant::plan
