// Admission cases: every one is decided, or the file is reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/io/parse.h"
#include "src/validate/admission_cases.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  namespace validate = sextant::validate;
  io::Diagnostics diagnostics;
  io::Document document("input.json", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse(document, diagnostics)) return 0;
  const auto cases = validate::read_admission_cases(document.root, diagnostics);
  if (diagnostics.has_errors()) {
    SEXTANT_ASSERT(!diagnostics.render_errors().empty(), "refused without a reason");
    return 0;
  }
  for (const validate::AdmissionCase& one : cases) (void)validate::run_admission_case(one);
  return 0;
}
