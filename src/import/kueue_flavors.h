#pragma once

#include "src/import/imported_policy.h"
#include "src/import/kueue_object.h"
#include "src/import/kueue_quota.h"

namespace sextant::importer {

/// Resources, flavors and their topologies, of the policy and by name.
QuotaNames read_kueue_flavors(const KueueObjects& objects, ImportedPolicy& result,
                              ImportContext& context);

}  // namespace sextant::importer
