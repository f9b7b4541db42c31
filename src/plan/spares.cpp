#include "src/plan/spares.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <vector>

#include "sextant/campaign/interruption_rates.h"
#include "sextant/fleet/causes.h"
#include "src/plan/simulate.h"

namespace sextant::plan {
namespace {

/// To know what is enough in 99 % of runs.
constexpr std::int64_t kReplicas = 400;

double most(const Sample& sample) {
  const auto numbers = sample.numbers();
  return numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
}

/// Most nodes missing at once in each replica, with so many spares that no job waits: a job that
/// waits does not fail, and hides what it would need.
Sample peaks_with_enough(ForecastInputs inputs, const run::ParallelOptions& parallel) {
  inputs.replicas = std::min(kReplicas, std::max<std::int64_t>(100, inputs.replicas));
  inputs.tolerance.reset();
  int& spares = inputs.campaign.fleet.spares;
  spares = std::max(2 * spares, many_spares(inputs.campaign));
  const run::ParallelOptions whole = run::unstoppable(parallel);
  for (;;) {
    const Simulated simulated = simulate(inputs, whole);
    Sample peaks = sample_of(simulated.replicas, [](const Replica& r) {
      return static_cast<double>(r.result.peak_missing);
    });
    if (most(peaks) <= spares || spares >= 4 * inputs.campaign.nodes) return peaks;
    spares *= 2;
  }
}

/// Failures of one node that ask for another one, per second.
double replacement_rate(const CampaignInputs& inputs) {
  const InterruptionCauses causes(inputs.failures, inputs.fleet);
  const std::vector<PerSecond> rates = interruption_rates(inputs);
  double rate = 0;
  for (std::size_t i = 0; i < causes.job; ++i) {
    if (causes.all[i].remedy == Remedy::kReplace) rate += rates[i].si() / inputs.nodes;
  }
  for (const FailureDomain& domain : inputs.failures.domains) {
    if (domain.remedy == Remedy::kReplace) rate += 1 / domain.life.value.si();
  }
  return rate;
}

}  // namespace

std::int64_t spares_for(const Sample& peaks, double probability) {
  std::vector<double> sorted(peaks.numbers().begin(), peaks.numbers().end());
  std::sort(sorted.begin(), sorted.end());
  const double rank = std::ceil(probability * static_cast<double>(sorted.size()) - 1e-9);
  return static_cast<std::int64_t>(sorted[static_cast<std::size_t>(std::max(1.0, rank)) - 1]);
}

std::int64_t spares_by_formula(std::int64_t nodes, double missing, double probability) {
  const boost::math::binomial_distribution<> missing_at_once(static_cast<double>(nodes), missing);
  std::int64_t spares = 0;
  while (spares < nodes && cdf(missing_at_once, static_cast<double>(spares)) < probability) {
    ++spares;
  }
  return spares;
}

std::optional<double> missing_share(const CampaignInputs& inputs) {
  const double rate = replacement_rate(inputs);
  if (inputs.fleet.spot || !(rate > 0)) return std::nullopt;
  const Recovery& recovery = inputs.recovery;
  const RepairTime& away = recovery.replacement ? *recovery.replacement : recovery.repair;
  if (away.crews) return std::nullopt;
  const double time = rate * away.mean.value.si();
  return time / (1 + time);
}

int many_spares(const CampaignInputs& inputs) { return std::max(16, inputs.nodes / 8); }

int choose_spares(const ForecastInputs& inputs, double probability,
                  const run::ParallelOptions& parallel) {
  return static_cast<int>(spares_for(peaks_with_enough(inputs, parallel), probability));
}

std::optional<SpareNeeds> spare_needs(const ForecastInputs& inputs, const Forecast& forecast,
                                      const run::ParallelOptions& parallel) {
  SpareNeeds needs;
  needs.rented = inputs.campaign.fleet.spares;
  needs.asked = inputs.campaign.fleet.spares_for;
  Sample peaks = forecast.samples.peak_missing;
  if (needs.rented == 0 && most(peaks) == 0) return std::nullopt;
  if (forecast.replicas < inputs.replicas) return std::nullopt;
  if (spares_for(peaks, 0.99) > needs.rented) peaks = peaks_with_enough(inputs, parallel);
  needs.peak = peaks.summary();
  needs.for_95 = spares_for(peaks, 0.95);
  needs.for_99 = spares_for(peaks, 0.99);
  if (const auto missing = missing_share(inputs.campaign)) {
    needs.formula_95 = spares_by_formula(inputs.campaign.nodes, *missing, 0.95);
  }
  return needs;
}

}  // namespace sextant::plan
