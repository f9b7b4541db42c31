// Governance scenarios: whatever is not refused with a reason has jobs that come in order.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/govern/inputs.h"
#include "src/io/diagnostics.h"
#include "src/scenario/read_governance.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace scenario = sextant::scenario;
  static sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const auto read = scenario::read_governance_text(
        SEXTANT_SOURCE_DIR "/tests/data/governance/input.json", text, catalogue);
    const auto jobs = sextant::govern::jobs_of(read, {1, 0});
    sextant::SimTime last;
    for (int i = 0; i < 100; ++i) {
      const auto job = jobs->next();
      if (!job) break;
      SEXTANT_ASSERT(job->submit >= last && !job->podsets.empty(), "{}: out of order", job->name);
      last = job->submit;
    }
  } catch (const sextant::io::InputError& error) {
    SEXTANT_ASSERT(std::string(error.what()).find("error: ") != std::string::npos,
                   "refused without a reason");
  }
  return 0;
}
