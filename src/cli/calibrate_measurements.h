#pragma once

#include <string>
#include <vector>

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

/// Fits collectives, kernels and storage to measurements documents and writes a calibration that
/// differs from its base in what was measured.
ExitCode fit_measurements(const Arguments& arguments, const std::vector<std::string>& files,
                          const std::string& output);

}  // namespace sextant::cli
