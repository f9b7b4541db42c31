#include "src/validate/interval_score.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant::validate {
namespace {

constexpr double kCovered = 0.8;

}  // namespace

double interval_score(const IntervalCase& item) {
  const double outside = std::max(0.0, std::abs(item.error) - item.half_width);
  return 2.0 * item.half_width + 2.0 / (1.0 - kCovered) * outside;
}

double mean_interval_score(const std::vector<IntervalCase>& cases) {
  SEXTANT_ASSERT(!cases.empty(), "a mean of nothing");
  double sum = 0.0;
  for (const IntervalCase& item : cases) sum += interval_score(item);
  return sum / static_cast<double>(cases.size());
}

double best_constant_half_width(const std::vector<IntervalCase>& cases) {
  SEXTANT_ASSERT(!cases.empty(), "a quantile of nothing");
  std::vector<double> sizes;
  for (const IntervalCase& item : cases) sizes.push_back(std::abs(item.error));
  std::sort(sizes.begin(), sizes.end());
  const double rank = std::ceil(kCovered * static_cast<double>(sizes.size()));
  return sizes[static_cast<std::size_t>(rank) - 1];
}

}  // namespace sextant::validate
