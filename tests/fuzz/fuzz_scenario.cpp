// Scenarios: what reads is written so that it reads to the same; what does not read is reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/scenario/read_scenario.h"

namespace {

std::string written(const sextant::scenario::Scenario& scenario) {
  return sextant::io::to_text(sextant::io::write_value(scenario));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sextant::scenario::read_scenario_text;
  // Its files are read once; the entries of a catalogue do not change.
  static sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  std::string text;
  try {
    const std::string input(reinterpret_cast<const char*>(data), size);
    text = written(read_scenario_text("input.json", input, catalogue));
  } catch (const sextant::io::InputError& error) {
    SEXTANT_ASSERT(*error.what() != '\0', "refused without a reason");
    return 0;
  }
  const std::string again = written(read_scenario_text("written.json", text, catalogue));
  SEXTANT_ASSERT(again == text, "{} became {}", text, again);
  return 0;
}
