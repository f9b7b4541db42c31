#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/plan/data.h"

namespace sextant::report {

/// How the training data come to the ranks, what waits for them, and what would help: a paragraph.
std::string data_text(const plan::PlannedData& data);

nlohmann::ordered_json data_json(const plan::PlannedData& data);

}  // namespace sextant::report
