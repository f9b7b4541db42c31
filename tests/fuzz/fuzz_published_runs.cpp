// Measured steps: every row is forecast or refused with a reason, or the file is reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "sextant/training/step_inputs.h"
#include "src/validate/published_runs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  namespace catalog = sextant::catalog;
  namespace validate = sextant::validate;
  static catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  io::Diagnostics diagnostics;
  io::Document document("input.json", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse(document, diagnostics)) {
    SEXTANT_ASSERT(diagnostics.has_errors(), "refused without a reason");
    return 0;
  }
  const auto runs = validate::read_published_runs(document.root, catalogue, diagnostics);
  if (diagnostics.has_errors()) {
    SEXTANT_ASSERT(!diagnostics.render_errors().empty(), "refused without a reason");
    return 0;
  }
  for (const validate::PublishedRun& run : runs) {
    if (!run.refused.empty()) continue;
    SEXTANT_ASSERT(sextant::layout_faults(run.inputs).empty(), "{} cannot run", run.id);
    SEXTANT_ASSERT(run.measured > sextant::Seconds(0), "{} took no time", run.id);
  }
  return 0;
}
