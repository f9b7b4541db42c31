#include "sextant/fleet/causes.h"

namespace sextant {

DiscreteDistribution cause_distribution(const std::vector<FailureCause>& causes) {
  std::vector<double> weights;
  for (const FailureCause& cause : causes) weights.push_back(cause.weight);
  if (weights.empty()) weights.push_back(1.0);
  return DiscreteDistribution(weights);
}

std::vector<std::string> interruption_names(const FailureProfile& profile) {
  std::vector<std::string> names;
  for (const FailureCause& cause : profile.causes) names.push_back(cause.name);
  if (names.empty()) names.emplace_back("node");
  if (!profile.job_life) return names;
  for (const FailureCause& cause : profile.job_causes) names.push_back(cause.name);
  if (profile.job_causes.empty()) names.emplace_back("job");
  return names;
}

}  // namespace sextant
