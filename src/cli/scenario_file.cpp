#include "src/cli/scenario_file.h"

#include <fmt/format.h>

#include <cstdio>

#include "src/scenario/read_scenario.h"

namespace sextant::cli {

scenario::Scenario read_scenario_file(const std::string& file, catalog::Catalogue& catalogue) {
  std::string warnings;
  scenario::Scenario scenario = scenario::read_scenario(file, catalogue, &warnings);
  fmt::print(stderr, "{}", warnings);
  return scenario;
}

}  // namespace sextant::cli
