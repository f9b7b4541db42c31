// Studies: whatever is not refused with a reason has points, and each is a scenario or says why
// not.
#include <cstdint>
#include <set>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/io/diagnostics.h"
#include "src/sweep/open_study.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace sweep = sextant::sweep;
  static sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const sweep::OpenStudy study =
        sweep::open_study_text(SEXTANT_SOURCE_DIR "/tests/data/studies/input.json", text);
    const std::int64_t count = study.points.count();
    SEXTANT_ASSERT(0 < count && count <= sweep::kMaxPoints, "{} points", count);
    for (const std::int64_t point : std::set<std::int64_t>{0, count / 2, count - 1}) {
      study.points.scenario(study.scenario(), study.points.values(point), catalogue);
    }
    if (size < 2000) sweep::try_values(study, catalogue);
  } catch (const sextant::io::InputError& error) {
    SEXTANT_ASSERT(std::string(error.what()).find("error: ") != std::string::npos,
                   "refused without a reason");
  }
  return 0;
}
