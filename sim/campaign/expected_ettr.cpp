#include "sextant/campaign/expected_ettr.h"

#include <algorithm>
#include <vector>

#include "sextant/campaign/interruption_rates.h"
#include "sextant/fleet/causes.h"

namespace sextant {
namespace {

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
  const std::vector<PerSecond> rates = interruption_rates(inputs);
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
  const std::vector<PerSecond> rates = interruption_rates(inputs);
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
