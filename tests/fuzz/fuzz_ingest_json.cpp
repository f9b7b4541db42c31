// JSON of nccl-tests and nccom-test: whatever comes, every sample can be used and no variable but
// the tools' is kept.
#include <cmath>
#include <cstdint>
#include <string>

#include "calibrate/ingest/environment_variables.h"
#include "calibrate/ingest/json_log.h"
#include "sextant/kernel/assert.h"
#include "tests/support/ingested.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace ingest = sextant::ingest;
  // Past the check of what the text is: any text goes to the reader of JSON.
  const std::string text = "{\"nccl_version\": 22807,\n" + std::string(data, data + size);
  const auto read = sextant::fixtures::ingested(text, {.file = "all_gather.json"});
  for (const ingest::Sample& sample : read.samples) {
    SEXTANT_ASSERT(std::isfinite(sample.time_s) && sample.time_s > 0, "{} s", sample.time_s);
    SEXTANT_ASSERT(std::isfinite(sample.bytes) && sample.bytes > 0, "{} bytes", sample.bytes);
    SEXTANT_ASSERT(sample.ranks != 1 && sample.ranks >= 0, "{} ranks", sample.ranks);
  }
  for (const auto& [name, value] : read.report.environment.env) {
    SEXTANT_ASSERT(ingest::is_tool_variable(name), "{} is kept", name);
  }
  return 0;
}
