#pragma once

#include <string>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {

/// What the system's error `code` means for a measurement of a file system, and what to do.
/// `what` is what was attempted: "write '/scratch/x'".
CommError file_error(const std::string& what, int code);

}  // namespace sextant::comm
