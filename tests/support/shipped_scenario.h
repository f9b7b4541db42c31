#pragma once

#include <string>

#include "src/scenario/read_scenario.h"

namespace sextant::fixtures {

/// A file of scenarios/, read with the catalogue that stands beside it.
inline scenario::Scenario shipped_scenario(const std::string& file) {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  return scenario::read_scenario(SEXTANT_SOURCE_DIR "/scenarios/" + file, catalogue);
}

}  // namespace sextant::fixtures
