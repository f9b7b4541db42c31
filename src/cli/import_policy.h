#pragma once

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

/// `sextant import kueue FILE…` and `sextant import hyperpod FILE… --instance TYPE=COUNT`: print
/// what is understood of a policy.
ExitCode import_kueue(const Arguments& arguments);
ExitCode import_hyperpod(const Arguments& arguments);

}  // namespace sextant::cli
