#include "sextant/kernel/sample.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

double quantile_of_sorted(std::span<const double> sorted, double p) {
  SEXTANT_ASSERT(!sorted.empty() && p >= 0.0 && p <= 1.0, "quantile {} of {}", p, sorted.size());
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

}  // namespace

Sample::Sample(std::vector<double> numbers) : numbers_(std::move(numbers)) {}

void Sample::add(double x) { numbers_.push_back(x); }

void Sample::merge(const Sample& other) {
  numbers_.insert(numbers_.end(), other.numbers_.begin(), other.numbers_.end());
}

RunningMoments Sample::moments() const {
  RunningMoments moments;
  for (const double x : numbers_) moments.add(x);
  return moments;
}

Summary Sample::summary() const {
  constexpr std::array kProbabilities{0.1, 0.5, 0.9};
  const std::vector<double> q = quantiles(kProbabilities);
  const RunningMoments all = moments();
  return {.p10 = q[0],
          .p50 = q[1],
          .p90 = q[2],
          .mean = all.mean(),
          .ci95 = mean_confidence(all, 0.95)};
}

double Sample::quantile(double p) const { return quantiles(std::span(&p, 1)).front(); }

std::vector<double> Sample::quantiles(std::span<const double> p) const {
  std::vector<double> sorted = numbers_;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> result;
  for (const double probability : p) result.push_back(quantile_of_sorted(sorted, probability));
  return result;
}

}  // namespace sextant
