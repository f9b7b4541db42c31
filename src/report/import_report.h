#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/import/imported_run.h"

namespace sextant::report {

/// The run as a scenario file: JSON with comments that say where each member comes from, what is
/// assumed and why, and what is missing. `source`: the file that was imported, empty where
/// there is none; `command`: what wrote this.
std::string imported_scenario(const importer::ImportedRun& run, const std::string& source,
                              const std::string& command);

/// The same in words: what was taken, assumed and left out, and what is missing.
std::string import_words(const importer::ImportedRun& run, const std::string& source);

/// {"schema": "sextant.import/1", "scenario": …, "taken": …, "assumed": …, "missing": …,
/// "not_used": …}
nlohmann::ordered_json import_json(const importer::ImportedRun& run, const std::string& source);

}  // namespace sextant::report
