#pragma once

#include "src/import/kueue.h"
#include "src/import/kueue_object.h"

namespace sextant::importer {

/// What Kueue's Configuration says, on top of its version's defaults. `policy` has its resources.
/// Without a configuration the defaults hold, and a note says so.
void read_kueue_configuration(const KueueObject* configuration, const KueueDefaults& defaults,
                              AdmissionPolicy& policy, ImportContext& context);

}  // namespace sextant::importer
