#pragma once

#include <map>
#include <string>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "src/import/kueue_object.h"

namespace sextant::importer {

/// Names of a policy's resources and flavors, and their positions.
struct QuotaNames {
  std::map<std::string, ResourceIndex> resources;
  std::map<std::string, FlavorIndex> flavors;
};

QuotaNames quota_names(const AdmissionPolicy& policy);

/// The names in the resourceGroups of ClusterQueues and Cohorts: resources in alphabetical order;
/// flavors as they come up.
struct NamesInUse {
  std::vector<std::string> resources;
  std::vector<std::string> flavors;
};
NamesInUse names_in_use(const KueueObjects& owners);

/// To whom quotas belong.
struct QuotaOwner {
  bool has_parent = false;
  const char* parent_key = "cohortName";  ///< that names it
  bool lends_at_most_nominal = true;
};

/// spec.resourceGroups with all rules of the API; "cpu" in thousandths.
std::vector<ResourceGroup> read_resource_groups(ObjectReader& spec, const QuotaOwner& owner,
                                                const QuotaNames& names, ImportContext& context);

/// spec.fairSharing.weight; 1 if it is absent.
double read_fair_weight(ObjectReader& spec, ImportContext& context);

}  // namespace sextant::importer
