#include "src/optimize/limits.h"

#include <algorithm>

namespace sextant::optimize {
namespace {

/// What is missed at all is missed by this much at least.
constexpr double kLeastMiss = 1e-9;

struct Kept {
  double share = 1;
  double miss = 0;
};

Kept kept(const Sample& values, double limit, double probability, std::int64_t unfinished) {
  const auto numbers = values.numbers();
  const auto within =
      std::count_if(numbers.begin(), numbers.end(), [&](double number) { return number <= limit; });
  const double count = static_cast<double>(numbers.size());
  Kept result;
  result.share = static_cast<double>(std::max<std::int64_t>(0, within - unfinished)) / count;
  // A share of 0.9 of 50 replicas is 45 of them, whatever 0.9 is in binary.
  if (result.share + 1e-12 >= probability) return result;
  result.miss = std::max(kLeastMiss, values.quantile(probability) / limit - 1.0);
  return result;
}

}  // namespace

Standing standing_of(const Limits& limits, const plan::Forecast& forecast, std::int64_t rented) {
  Standing standing;
  const std::int64_t unfinished = forecast.replicas - forecast.finished;
  if (limits.deadline) {
    const Kept time =
        kept(forecast.samples.wall_time_s, limits.deadline->si(), limits.probability, unfinished);
    standing.in_time = time.share;
    standing.miss_deadline = time.miss;
  }
  if (limits.budget && forecast.samples.cost_usd) {
    const Kept cost =
        kept(*forecast.samples.cost_usd, limits.budget->si(), limits.probability, unfinished);
    standing.in_budget = cost.share;
    standing.miss_budget = cost.miss;
  }
  if (limits.nodes && rented > *limits.nodes) {
    standing.miss_nodes = static_cast<double>(rented) / static_cast<double>(*limits.nodes) - 1.0;
  }
  return standing;
}

}  // namespace sextant::optimize
