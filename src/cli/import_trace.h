#pragma once

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

/// `sextant import trace LOG --instance TYPE`: a governance scenario in which the log's teams share
/// a cluster and its jobs come again, on stdout or in --output.
ExitCode import_trace(const Arguments& arguments);

}  // namespace sextant::cli
