#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/health/checked_log.h"
#include "calibrate/health/finding.h"

namespace sextant::health {

/// Name of the norms that apply to every cluster.
inline constexpr const char* kCommonNorms = "common";

/// Holds what logs say of one cluster against what is normal. The instance is that of `instance`,
/// else what the log names, else what its accelerators and network leave open: then a finding
/// counts only if it holds for every instance that it could be.
/// @param norms all entries of models/health, `common` among them
HealthReport check_health(const std::vector<CheckedLog>& logs,
                          const std::vector<HealthNorms>& norms,
                          const std::optional<std::string>& instance);

}  // namespace sextant::health
