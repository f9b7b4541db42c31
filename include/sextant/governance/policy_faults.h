#pragma once

#include <string>
#include <vector>

#include "sextant/governance/admission_policy.h"

namespace sextant {

/// What Kueue's API would refuse (apis/kueue/v1beta2 and its webhooks).
enum class PolicyFaultKind {
  kNameTwice,
  kNameMissing,   ///< a queue, cohort or local queue without a name
  kUnknownIndex,  ///< a flavor, resource or queue that the policy does not have
  kCohortCycle,
  kWeight,  ///< negative, or above 0 and at most 1e-9
  kNegativeQuota,
  kLimitWithoutCohort,
  kLendingLimit,      ///< of a queue, above the nominal quota
  kUnequalResources,  ///< flavors of a group with quotas for different resources
  kResourceTwice,     ///< a resource in two groups, or twice for a flavor
  kFlavorTwice,
  kFairStrategies,         ///< not one of [final], [initial], [final, initial]
  kFungibilityPreference,  ///< set although a search may stop early
  kBorrowWithoutReclaim,
  kTopologyLevels,  ///< a level that does not consist of whole domains of the next
  kTimes            ///< negative
};

struct PolicyFault {
  PolicyFaultKind kind{};
  std::string where;  ///< "queue 'a'", "cohort 'b'", empty: the policy as a whole
  std::string what;   ///< found …, expected …
};

/// In the order of the policy; none: a scheduler may be built from it.
std::vector<PolicyFault> policy_faults(const AdmissionPolicy& policy);

}  // namespace sextant
