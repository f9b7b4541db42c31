// Endpoints scenarios: whatever is not refused with a reason has ways to serve the requests.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/io/diagnostics.h"
#include "src/scenario/read_endpoints.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace scenario = sextant::scenario;
  static sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const scenario::EndpointsScenario read = scenario::read_endpoints_text(
        SEXTANT_SOURCE_DIR "/tests/data/endpoints/input.json", text, catalogue);
    SEXTANT_ASSERT(!read.alternatives.empty(), "nothing serves");
  } catch (const sextant::io::InputError& error) {
    SEXTANT_ASSERT(std::string(error.what()).find("error: ") != std::string::npos,
                   "refused without a reason");
  }
  return 0;
}
