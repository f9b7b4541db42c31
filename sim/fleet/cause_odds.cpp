#include "sextant/fleet/cause_odds.h"

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

CauseOdds::CauseOdds(const std::vector<FailureCause>& causes) {
  double sum = 0;
  for (const FailureCause& cause : causes) up_to_.push_back(sum += cause.weight);
  if (up_to_.empty()) up_to_.push_back(1.0);
  SEXTANT_ASSERT(up_to_.back() > 0, "the weights of all causes are zero");
}

std::size_t CauseOdds::draw(RandomStream& stream) const {
  const double mark = draw_uniform(stream) * up_to_.back();
  std::size_t cause = 0;
  while (cause + 1 < up_to_.size() && mark >= up_to_[cause]) ++cause;
  return cause;
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
