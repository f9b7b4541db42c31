#pragma once

#include "src/import/launch_script.h"

namespace sextant::importer {

/// What the overrides of a launch of NeMo say.
ImportedRun take_nemo_overrides(const io::Document& document, const Launch& launch,
                                const LaunchOptions& options, io::Diagnostics& diagnostics);

}  // namespace sextant::importer
