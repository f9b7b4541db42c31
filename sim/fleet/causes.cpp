#include "sextant/fleet/causes.h"

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

FailureCause named(std::string name, Symptom symptom, Remedy remedy, bool hardware) {
  FailureCause cause;
  cause.name = std::move(name);
  cause.symptom = symptom;
  cause.remedy = remedy;
  cause.hardware = hardware;
  return cause;
}

}  // namespace

DiscreteDistribution cause_distribution(const std::vector<FailureCause>& causes) {
  std::vector<double> weights;
  for (const FailureCause& cause : causes) weights.push_back(cause.weight);
  if (weights.empty()) weights.push_back(1.0);
  return DiscreteDistribution(weights);
}

Seconds detection_time(const Recovery& recovery, const FailureCause& cause) {
  if (cause.detection) return *cause.detection;
  switch (cause.symptom) {
    case Symptom::kCrash:
    case Symptom::kSilentCorruption:
      return recovery.crash_detection;
    case Symptom::kHang:
      return recovery.hang_detection;
    case Symptom::kUnwatchedHang:
      return recovery.unwatched_detection;
  }
  SEXTANT_ASSERT(false, "unknown symptom {}", static_cast<int>(cause.symptom));
}

InterruptionCauses::InterruptionCauses(const FailureProfile& profile, const FleetPlan& plan,
                                       bool outages_given) {
  using enum Symptom;
  using enum Remedy;
  all = profile.causes;
  if (all.empty()) all.push_back(named("node", kCrash, kReplace, true));
  job = all.size();
  if (profile.job_life) {
    for (FailureCause cause : profile.job_causes) {
      cause.hardware = false;
      all.push_back(cause);
    }
    if (profile.job_causes.empty()) all.push_back(named("job", kCrash, kRestart, false));
  }
  early = all.size();
  if (profile.early_failures) all.push_back(named("early_failure", kCrash, kReplace, true));
  domains = all.size();
  for (const FailureDomain& domain : profile.domains) {
    all.push_back(named(domain.name, domain.symptom, domain.remedy, true));
    all.back().detection = domain.detection;
  }
  slowdowns = all.size();
  for (const Slowdown& slow : profile.slowdowns) {
    all.push_back(named(slow.name, kCrash, slow.remedy.value_or(kRestart), true));
  }
  reclaims = all.size();
  if (plan.spot) all.push_back(named("reclaimed", kCrash, kReplace, false));
  maintenance = all.size();
  if (plan.maintenance) all.push_back(named("maintenance", kCrash, kRestart, false));
  outages = all.size();
  if (outages_given) all.push_back(named("outage", kCrash, kReplace, true));
}

std::vector<std::string> InterruptionCauses::names() const {
  std::vector<std::string> names;
  for (const FailureCause& cause : all) names.push_back(cause.name);
  return names;
}

}  // namespace sextant
