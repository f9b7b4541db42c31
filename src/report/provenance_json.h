#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "src/catalog/catalogue.h"

namespace sextant::report {

/// What a result was made with: the program's version and commit, and the files that were read.
nlohmann::ordered_json provenance_json(const std::vector<catalog::UsedFile>& files);

}  // namespace sextant::report
