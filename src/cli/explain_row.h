#pragma once

#include <string>
#include <vector>

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"

namespace sextant::cli {

/// `sextant validate FILE… --explain ID`: prints one row of the files of published runs in full.
/// @throws UsageError without files, or with --leave-out
/// @throws io::InputError with the nearest id where there is no such row
ExitCode explain_row(const Arguments& arguments, const std::vector<std::string>& files,
                     const std::string& id);

}  // namespace sextant::cli
