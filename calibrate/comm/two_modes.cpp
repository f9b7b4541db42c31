#include "calibrate/comm/two_modes.h"

#include <algorithm>
#include <cmath>

namespace sextant::comm {
namespace {

constexpr std::size_t kFewest = 20;
constexpr double kShare = 0.15;
constexpr double kSlower = 1.1;
constexpr double kApart = 1.5;
constexpr double kApartOfFew = 60.0;  ///< few values have wide gaps by chance

double quartile_range(std::span<const double> sorted) {
  return sorted_quantile(sorted, 0.75) - sorted_quantile(sorted, 0.25);
}

/// How many lie before the widest gap.
std::size_t widest_gap(std::span<const double> sorted) {
  const auto share = static_cast<std::size_t>(std::ceil(kShare * double(sorted.size())));
  std::size_t widest = share;
  for (std::size_t i = share; i <= sorted.size() - share; ++i) {
    if (sorted[i] - sorted[i - 1] > sorted[widest] - sorted[widest - 1]) widest = i;
  }
  return widest;
}

}  // namespace

double sorted_quantile(std::span<const double> sorted, double q) {
  if (sorted.empty()) return 0.0;
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - std::floor(place));
}

bool has_two_modes(std::vector<double> times) {
  if (times.size() < kFewest) return false;
  for (double& time : times) time = std::log(time);
  std::sort(times.begin(), times.end());
  const std::span<const double> sorted = times;
  const std::size_t cut = widest_gap(sorted);
  const auto fast = sorted.first(cut);
  const auto slow = sorted.subspan(cut);
  const double gap = sorted_quantile(slow, 0.1) - sorted_quantile(fast, 0.9);
  const double apart = kApart + kApartOfFew / static_cast<double>(sorted.size());
  return sorted_quantile(slow, 0.5) - sorted_quantile(fast, 0.5) >= std::log(kSlower) &&
         gap > apart * std::max(quartile_range(fast), quartile_range(slow));
}

}  // namespace sextant::comm
