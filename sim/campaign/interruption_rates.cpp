#include "sextant/campaign/interruption_rates.h"

namespace sextant {
namespace {

/// Rates of the listed causes, which share `total` by weight.
void add_shares(const std::vector<FailureCause>& causes, PerSecond total,
                std::vector<PerSecond>& rates) {
  double weights = 0;
  for (const FailureCause& cause : causes) weights += cause.weight;
  for (const FailureCause& cause : causes) rates.push_back(cause.weight / weights * total);
  if (causes.empty()) rates.push_back(total);
}

}  // namespace

std::vector<PerSecond> interruption_rates(const CampaignInputs& inputs) {
  const FailureProfile& profile = inputs.failures;
  const double nodes = inputs.nodes;
  std::vector<PerSecond> rates;
  add_shares(profile.causes, nodes / profile.node_life.value, rates);
  if (profile.job_life) add_shares(profile.job_causes, 1.0 / profile.job_life->value, rates);
  if (profile.early_failures) rates.emplace_back(0.0);
  for (const FailureDomain& domain : profile.domains) {
    rates.push_back(nodes / domain.nodes / domain.life.value);
  }
  for (const Slowdown& slow : profile.slowdowns) {
    rates.push_back((slow.remedy ? nodes : 0.0) / slow.node_life.value);
  }
  if (inputs.fleet.spot) {
    const SpotReclaims& spot = *inputs.fleet.spot;
    rates.push_back(nodes / spot.at_once.value / spot.node_life.value);
  }
  if (inputs.fleet.maintenance) {
    const Maintenance& stops = *inputs.fleet.maintenance;
    rates.push_back(1.0 / (stops.every.value + stops.lasts.value));
  }
  return rates;
}

}  // namespace sextant
