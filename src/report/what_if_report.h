#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/plan/what_if.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// What faster recovery and fewer failures would be worth to a run; empty: nothing to tell.
std::string what_if_text(const std::vector<plan::Worth>& worths, TextStyle style);

/// [{change, saved}]: the member "what_ifs" of the document of plan_json.
nlohmann::ordered_json what_if_json(const std::vector<plan::Worth>& worths);

}  // namespace sextant::report
