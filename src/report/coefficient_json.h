#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "src/io/figures.h"

namespace sextant::report {

/// Those of the figures that have a source, as values with units: key, value, range (80 %; null:
/// not known), method, source, date and what it is.
nlohmann::ordered_json coefficients_json(const std::vector<io::Figure>& figures);

}  // namespace sextant::report
