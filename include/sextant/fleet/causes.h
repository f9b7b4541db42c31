#pragma once

#include <string>
#include <vector>

#include "sextant/fleet/failure_profile.h"
#include "sextant/kernel/discrete_distribution.h"

namespace sextant {

/// Which cause a failure has: an index by weight. An empty list has one nameless cause. The weights
/// must not all be zero.
DiscreteDistribution cause_distribution(const std::vector<FailureCause>& causes);

/// Names of what can interrupt a job, in the order in which it counts them: the profile's causes,
/// then its job's; "node" and "job" for a list without causes.
std::vector<std::string> interruption_names(const FailureProfile& profile);

}  // namespace sextant
