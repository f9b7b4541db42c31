#include "calibrate/ingest/readers.h"

#include "calibrate/ingest/nccl_debug.h"
#include "calibrate/ingest/nccl_tests.h"
#include "calibrate/ingest/nccom.h"
#include "calibrate/ingest/nvbandwidth.h"
#include "calibrate/ingest/osu.h"
#include "calibrate/ingest/perftest.h"

namespace sextant::ingest {

std::vector<std::unique_ptr<LogReader>> make_readers() {
  std::vector<std::unique_ptr<LogReader>> readers;
  // One line per tool: readers.push_back(std::make_unique<FooReader>());
  // NCCL may log in the middle of a row: the row's reader looks first.
  readers.push_back(std::make_unique<NccomReader>());
  readers.push_back(std::make_unique<NcclTestsReader>());
  readers.push_back(std::make_unique<NcclDebugReader>());
  readers.push_back(std::make_unique<NvbandwidthReader>());
  readers.push_back(std::make_unique<PerftestReader>());
  readers.push_back(std::make_unique<OsuReader>());
  return readers;
}

}  // namespace sextant::ingest
