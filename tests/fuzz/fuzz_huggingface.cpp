// Config files of Hugging Face models: each becomes a shape that can be read and counted, or is
// reported.
#include <cmath>
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "sextant/training/parameters.h"
#include "src/import/huggingface.h"
#include "src/io/parse.h"
#include "src/io/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  io::Diagnostics diagnostics;
  io::Document document("config.json", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse(document, diagnostics) || diagnostics.has_errors()) return 0;
  const auto entry =
      sextant::importer::read_huggingface_config(document.root, "config", diagnostics);
  SEXTANT_ASSERT(entry.has_value() != diagnostics.has_errors(), "refused without a reason");
  if (!entry) return 0;
  sextant::Transformer model;
  io::ReadContext context{diagnostics};
  io::read_struct(*entry, model, context);
  if (diagnostics.has_errors()) {
    SEXTANT_ASSERT(!diagnostics.render_errors().empty(), "refused without a reason");
    return 0;
  }
  SEXTANT_ASSERT(std::isfinite(sextant::total_parameters(model)), "{} parameters",
                 sextant::total_parameters(model));
  return 0;
}
