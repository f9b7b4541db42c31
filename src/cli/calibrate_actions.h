#pragma once

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

// The actions of `sextant calibrate`, one per file.

/// Fits the coefficients of forecasts to measured steps.
ExitCode calibrate_fit(const Arguments& arguments);

}  // namespace sextant::cli
