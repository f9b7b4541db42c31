// Logs of jobs: whatever is not refused with a reason comes in order and could run. The first byte
// chooses the format.
#include <cstdint>
#include <sstream>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/import/job_trace.h"
#include "src/io/diagnostics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace importer = sextant::importer;
  using importer::TraceFormat;
  if (size == 0) return 0;
  constexpr TraceFormat kFormats[] = {TraceFormat::kAuto, TraceFormat::kCsv, TraceFormat::kSwf,
                                      TraceFormat::kSacct};
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    importer::JobTrace trace(std::make_unique<std::istringstream>(text), "log",
                             {.format = kFormats[data[0] % 4], .where = {}});
    sextant::Seconds last(-1e300);
    while (const auto job = trace.next()) {
      SEXTANT_ASSERT(job->run > sextant::Seconds(0) && job->accelerators > 0,
                     "line {}: a job that could not run", job->line);
      SEXTANT_ASSERT(job->submit >= last, "line {}: out of order", job->line);
      last = job->submit;
    }
  } catch (const sextant::io::InputError& error) {
    SEXTANT_ASSERT(std::string(error.what()).find("error: ") != std::string::npos,
                   "refused without a reason");
  }
  return 0;
}
