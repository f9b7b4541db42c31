#include "src/plan/estimate.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "sextant/kernel/assert.h"

namespace sextant::plan {
namespace {

double quantile(const std::vector<double>& sorted, double p) {
  const double rank = p * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = rank - static_cast<double>(below);
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

double half_width_95(const std::vector<double>& samples, double mean) {
  if (samples.size() < 2) return 0;
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  const double n = static_cast<double>(samples.size());
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  return t * std::sqrt(squares / (n - 1) / n);
}

}  // namespace

Estimate estimate(std::vector<double> samples) {
  SEXTANT_ASSERT(!samples.empty(), "an estimate from no samples");
  const double n = static_cast<double>(samples.size());
  const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) / n;
  const double error = half_width_95(samples, mean);
  std::sort(samples.begin(), samples.end());
  return {.p10 = quantile(samples, 0.1),
          .p50 = quantile(samples, 0.5),
          .p90 = quantile(samples, 0.9),
          .mean = mean,
          .ci95 = {mean - error, mean + error}};
}

}  // namespace sextant::plan
