#pragma once

#include <map>
#include <string>

#include "calibrate/ingest/measurement.h"

namespace sextant::comm {

/// The variables NCCL_*, FI_* and OFI_* of `environment`, "NAME=value" each, null at the end: any
/// other may be a secret.
std::map<std::string, std::string> tool_variables(const char* const* environment);

/// Today, as ISO 8601 writes it, in UTC.
std::string today();

}  // namespace sextant::comm
