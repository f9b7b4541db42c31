#pragma once

#include "src/import/kueue_object.h"
#include "src/import/kueue_quota.h"

namespace sextant::importer {

/// The policy's cohorts, cluster queues and local queues. Cohorts in a circle are an error.
void read_kueue_cohorts(const KueueObjects& objects, const QuotaNames& names,
                        AdmissionPolicy& policy, ImportContext& context);
void read_kueue_queues(const KueueObjects& objects, const QuotaNames& names,
                       AdmissionPolicy& policy, ImportContext& context);
void read_kueue_local_queues(const KueueObjects& objects, AdmissionPolicy& policy,
                             ImportContext& context);

}  // namespace sextant::importer
