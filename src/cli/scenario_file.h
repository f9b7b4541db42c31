#pragma once

#include <string>

#include "src/catalog/catalogue.h"
#include "src/scenario/scenario.h"

namespace sextant::cli {

/// The scenario of a file; what is odd in it goes to stderr.
/// @throws io::InputError with everything that is wrong
scenario::Scenario read_scenario_file(const std::string& file, catalog::Catalogue& catalogue);

}  // namespace sextant::cli
