#include "sextant/campaign/expected_ettr.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "sextant/fleet/causes.h"

namespace sextant {
namespace {

using PerSecond = Quantity<0, 0, -1, 0, 0, 0>;

/// Rates of the listed causes, which share `total` by weight.
void add_shares(const std::vector<FailureCause>& causes, PerSecond total,
                std::vector<PerSecond>& rates) {
  double weights = 0;
  for (const FailureCause& cause : causes) weights += cause.weight;
  for (const FailureCause& cause : causes) rates.push_back(cause.weight / weights * total);
  if (causes.empty()) rates.push_back(total);
}

/// Of everything that can interrupt the job, in the order of InterruptionCauses.
std::vector<PerSecond> rates_of(const CampaignInputs& inputs) {
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
  if (inputs.fleet.spot) rates.push_back(nodes / inputs.fleet.spot->node_life.value);
  if (inputs.fleet.maintenance) {
    const Maintenance& stops = *inputs.fleet.maintenance;
    rates.push_back(1.0 / (stops.every.value + stops.lasts.value));
  }
  return rates;
}

std::optional<Seconds> time_between(PerSecond rate) {
  if (rate.si() <= 0) return std::nullopt;
  return 1.0 / rate;
}

const CampaignPhase& longest(const CampaignInputs& inputs) {
  return *std::max_element(inputs.phases.begin(), inputs.phases.end(),
                           [](const CampaignPhase& a, const CampaignPhase& b) {
                             return a.duration.value_or(a.work()) < b.duration.value_or(b.work());
                           });
}

Seconds recovery_time(const CampaignInputs& inputs, const FailureCause& cause) {
  const Recovery& recovery = inputs.recovery;
  const bool swaps =
      cause.remedy == Remedy::kReplace && inputs.fleet.spare_kind == SpareKind::kWarm;
  const double spread = recovery.mean_over_median ? recovery.mean_over_median->value : 1.0;
  const Seconds staged = or_none(recovery.diagnosis) + or_none(recovery.health_check) +
                         or_none(recovery.reboot) + (swaps ? recovery.swap.value : Seconds(0)) +
                         recovery.start_time(inputs.ranks);
  return detection_time(recovery, cause) + spread * staged + or_none(recovery.cached_compilation) +
         longest(inputs).checkpoint.restore + or_none(recovery.warm_up);
}

}  // namespace

TimeToInterruption mean_time_to_interruption_by_kind(const CampaignInputs& inputs) {
  const InterruptionCauses causes(inputs.failures, inputs.fleet);
  const std::vector<PerSecond> rates = rates_of(inputs);
  PerSecond hardware, unexpected, all;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    all += rates[i];
    if (i >= causes.slowdowns) continue;
    unexpected += rates[i];
    if (causes.all[i].hardware) hardware += rates[i];
  }
  return {time_between(hardware), time_between(unexpected), time_between(all)};
}

EttrTerms ettr_terms(const CampaignInputs& inputs) {
  const InterruptionCauses causes(inputs.failures, inputs.fleet);
  const std::vector<PerSecond> rates = rates_of(inputs);
  PerSecond rate;
  double recovery = 0;  // rate · time, summed
  for (std::size_t i = 0; i < causes.slowdowns; ++i) {
    rate += rates[i];
    recovery += rates[i] * recovery_time(inputs, causes.all[i]);
  }
  return {.interval = inputs.interval,
          .write = longest(inputs).checkpoint.overhead(),
          .recovery = rate.si() > 0 ? recovery / rate : Seconds(0),
          .time_to_failure = time_between(rate)};
}

double expected_ettr(const EttrTerms& terms) {
  const Seconds lost = terms.recovery + 0.5 * terms.interval;
  const double failing = terms.time_to_failure ? lost / *terms.time_to_failure : 0.0;
  return std::max(0.0, 1.0 - failing) / (1.0 + terms.write / terms.interval);
}

}  // namespace sextant
