#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/plan/spares.h"

namespace sextant::report {

/// One paragraph: the spares that are rented, and how many would do.
std::string spares_text(const plan::SpareNeeds& needs);

/// The member "spares" of the document of plan_json.
nlohmann::ordered_json spares_json(const plan::SpareNeeds& needs);

}  // namespace sextant::report
