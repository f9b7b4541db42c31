#pragma once

#include <memory>
#include <vector>

#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// One of each reader, for one log, in the order in which they see a line. To add a tool, write a
/// LogReader and add it to the list in readers.cpp.
std::vector<std::unique_ptr<LogReader>> make_readers();

}  // namespace sextant::ingest
