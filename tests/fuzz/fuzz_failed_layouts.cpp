// Layouts that failed: every one is judged, with a reason where it cannot run, or the file is
// reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/validate/failed_layouts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  namespace validate = sextant::validate;
  static sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  io::Diagnostics diagnostics;
  io::Document document("input.json", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse(document, diagnostics)) return 0;
  const auto layouts = validate::read_failed_layouts(document.root, catalogue, diagnostics);
  if (diagnostics.has_errors()) {
    SEXTANT_ASSERT(!diagnostics.render_errors().empty(), "refused without a reason");
    return 0;
  }
  for (const validate::FailedLayoutRow& row : validate::validate_failed_layouts(layouts).rows) {
    const bool fits = row.verdict == validate::LayoutVerdict::kFits;
    SEXTANT_ASSERT(fits == row.reason.empty(), "{}: verdict without a reason", row.id);
  }
  return 0;
}
