#include "calibrate/ingest/readers.h"

#include "calibrate/ingest/fabtests.h"
#include "calibrate/ingest/nccl_debug.h"
#include "calibrate/ingest/nccl_tests.h"
#include "calibrate/ingest/nccom.h"
#include "calibrate/ingest/nvbandwidth.h"
#include "calibrate/ingest/osu.h"
#include "calibrate/ingest/perftest.h"
#include "calibrate/ingest/tables.h"

namespace sextant::ingest {

std::vector<std::unique_ptr<LogReader>> make_readers() {
  std::vector<std::unique_ptr<LogReader>> readers;
  // One line per tool: readers.push_back(std::make_unique<FooReader>());
  // Sees errors in any tool's lines. Where NCCL logs in the middle of a row, it leaves the row.
  readers.push_back(std::make_unique<NcclDebugReader>());
  readers.push_back(std::make_unique<NccomReader>());
  readers.push_back(std::make_unique<NcclTestsReader>());
  readers.push_back(std::make_unique<NvbandwidthReader>());
  readers.push_back(std::make_unique<PerftestReader>());
  readers.push_back(std::make_unique<FabtestsReader>());
  readers.push_back(std::make_unique<OsuReader>());
  readers.push_back(std::make_unique<TablesReader>());
  return readers;
}

}  // namespace sextant::ingest
