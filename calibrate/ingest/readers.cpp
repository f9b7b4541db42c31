#include "calibrate/ingest/readers.h"

namespace sextant::ingest {

std::vector<std::unique_ptr<LogReader>> make_readers() {
  std::vector<std::unique_ptr<LogReader>> readers;
  // One line per tool: readers.push_back(std::make_unique<FooReader>());
  return readers;
}

}  // namespace sextant::ingest
