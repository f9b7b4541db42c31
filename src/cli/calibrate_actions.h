#pragma once

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

// The actions of `sextant calibrate`, one per file.

/// Reads logs of microbenchmarks into a measurements document.
ExitCode calibrate_ingest(const Arguments& arguments);

/// Fits the coefficients of forecasts to measured steps.
ExitCode calibrate_fit(const Arguments& arguments);

/// Says whether a cluster is healthy, from logs or measurements of it.
ExitCode calibrate_check(const Arguments& arguments);

}  // namespace sextant::cli
