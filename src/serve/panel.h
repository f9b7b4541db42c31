#pragma once

#include <nlohmann/json.hpp>

#include "src/catalog/catalogue.h"
#include "src/io/node.h"
#include "src/scenario/scenario.h"

namespace sextant::serve {

/// The inputs that stand above a plan's page, in groups: what planners try first. Each has a
/// pointer, a label, what the scenario has there, what may be written there, and for a choice the
/// words or names. `written` is the scenario as its file has it, `scenario` the same, read.
nlohmann::ordered_json panel_json(const io::Node& written, const scenario::Scenario& scenario,
                                  catalog::Catalogue& catalogue);

}  // namespace sextant::serve
