#include "src/pages/plan_distributions.h"

#include <algorithm>
#include <array>

#include "src/pages/html_page.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBins = 60;
/// Bins with fewer runs than this in the mean show chance and nothing else.
constexpr std::size_t kRunsPerBin = 5;
/// In distances of p90 from p50: beyond p90.
constexpr double kTail = 2.0;

std::size_t bins_for(std::size_t runs) {
  return std::clamp<std::size_t>(runs / kRunsPerBin, 1, kMostBins);
}

std::size_t bin_of(double value, const Histogram& bins) {
  const double width = (bins.to - bins.from) / static_cast<double>(bins.counts.size());
  const double bin = width > 0 ? (value - bins.from) / width : 0.0;
  return std::min(bins.counts.size() - 1, static_cast<std::size_t>(bin));
}

Json quantiles_json(const Sample& sample) {
  std::array<double, 101> shares{};
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = static_cast<double>(i) / 100.0;
  Json json = Json::array();
  for (const double value : sample.quantiles(shares)) json.push_back(for_drawing(value));
  return json;
}

Json distribution_json(const Sample& sample) {
  const Histogram bins = histogram(sample);
  return {{"from", bins.from},
          {"to", bins.to},
          {"counts", bins.counts},
          {"above", bins.above},
          {"quantiles", quantiles_json(sample)}};
}

}  // namespace

Histogram histogram(const Sample& sample) {
  const auto numbers = sample.numbers();
  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  const Summary summary = sample.summary();
  const double far = summary.p90 + kTail * (summary.p90 - summary.p50);
  Histogram result;
  result.from = *least;
  result.to = std::min(*most, far);
  result.counts.resize(bins_for(numbers.size()));
  for (const double value : numbers) {
    if (value > result.to) {
      ++result.above;
    } else {
      ++result.counts[bin_of(value, result)];
    }
  }
  return result;
}

Json distributions_json(const plan::Forecast::Samples& samples) {
  Json json = {{"wall_time_s", distribution_json(samples.wall_time_s)}};
  if (samples.cost_usd) json["cost_usd"] = distribution_json(*samples.cost_usd);
  if (samples.energy_j) json["energy_j"] = distribution_json(*samples.energy_j);
  return json;
}

}  // namespace sextant::pages
