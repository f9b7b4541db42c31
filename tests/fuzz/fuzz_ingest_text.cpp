// Logs of any kind, read as a user's: every sample of a collective can be used, what is refused has
// a reason, and the document can be read.
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "calibrate/ingest/environment_variables.h"
#include "calibrate/ingest/measurements_writer.h"
#include "sextant/kernel/assert.h"
#include "tests/support/ingested.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace ingest = sextant::ingest;
  const std::string text(data, data + size);
  const auto read = sextant::fixtures::ingested(text, {.file = "run.log"});
  std::string document;
  ingest::MeasurementsWriter writer([&](std::string_view piece) { document += piece; }, false);
  for (const ingest::Sample& sample : read.samples) {
    SEXTANT_ASSERT(std::isfinite(sample.time_s) && sample.time_s >= 0, "{} s", sample.time_s);
    SEXTANT_ASSERT(std::isfinite(sample.bytes) && sample.bytes >= 0, "{} bytes", sample.bytes);
    SEXTANT_ASSERT(sample.ranks >= 0 && sample.nodes >= 0, "{} ranks", sample.ranks);
    writer.sample(sample, 0);
  }
  writer.finish(read.report.environment, {});
  SEXTANT_ASSERT(nlohmann::json::accept(document), "no JSON: {}", document);
  SEXTANT_ASSERT(read.samples.empty() != read.report.failure.empty(), "no reason");
  for (const auto& [name, value] : read.report.environment.env) {
    SEXTANT_ASSERT(ingest::is_tool_variable(name), "{} is kept", name);
  }
  return 0;
}
