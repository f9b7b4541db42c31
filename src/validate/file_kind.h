#pragma once

#include <filesystem>

#include "src/io/node.h"

namespace sextant::validate {

/// What a file holds that `sextant validate` reads; seen from its content.
enum class FileKind {
  kPublishedRuns,    ///< an array of measured steps
  kFailedLayouts,    ///< layouts that did not run
  kScenario,         ///< a scenario, with outcomes that it expects
  kMeasurements,     ///< microbenchmarks of a cluster: sextant.measurements/1
  kCheckpointTimes,  ///< published saves and restores: sextant.checkpoint-times/1
  kAdmissionCases    ///< decisions of Kueue's: sextant.admission-cases/1
};

/// @throws io::InputError if the file cannot be read, is no JSON, or is neither.
FileKind file_kind(const std::filesystem::path& path);

}  // namespace sextant::validate
