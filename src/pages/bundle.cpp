#include "src/pages/bundle.h"

#include <cstddef>

// The assembler reads the files: a compiler would take seconds for a megabyte of string literals.
#define SEXTANT_INCLUDE_FILE(NAME, PATH)                               \
  asm(".pushsection .rodata\n" #NAME ":\n.incbin \"" PATH "\"\n" #NAME \
      "_end:\n"                                                        \
      ".popsection\n");                                                \
  extern "C" __attribute__((visibility("hidden"))) const char NAME[];  \
  extern "C" __attribute__((visibility("hidden"))) const char NAME##_end[]

SEXTANT_INCLUDE_FILE(sextant_report_script, SEXTANT_REPORT_FOLDER "/report.js");
SEXTANT_INCLUDE_FILE(sextant_report_style, SEXTANT_REPORT_FOLDER "/theme.css");

namespace sextant::pages {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view script() { return between(sextant_report_script, sextant_report_script_end); }

std::string_view style() { return between(sextant_report_style, sextant_report_style_end); }

}  // namespace sextant::pages
