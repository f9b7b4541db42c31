// Published times and sizes of checkpoints: every row is forecast, as a finite time or size, or the
// file is reported.
#include <cmath>
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/validate/checkpoint_times.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  namespace validate = sextant::validate;
  static sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  io::Diagnostics diagnostics;
  io::Document document("input.json", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse(document, diagnostics)) return 0;
  const auto published = validate::read_checkpoint_times(document.root, catalogue, diagnostics);
  if (diagnostics.has_errors()) {
    SEXTANT_ASSERT(!diagnostics.render_errors().empty(), "refused without a reason");
    return 0;
  }
  for (const validate::ExpectationRow& row : validate::validate_checkpoint_times(published)) {
    SEXTANT_ASSERT(row.got && std::isfinite(*row.got) && *row.got >= 0, "{}: {}", row.id,
                   row.got.value_or(-1));
  }
  return 0;
}
