#pragma once

#include <filesystem>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// Reads a measurements document: what `calibrate ingest` and `sextant-comm` write.
/// @throws io::InputError if the file cannot be read or is no such document, with every fault
Measurements read_measurements(const std::filesystem::path& path);

}  // namespace sextant::ingest
