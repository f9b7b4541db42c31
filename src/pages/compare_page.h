#pragma once

#include "src/compare/compare.h"
#include "src/pages/html_page.h"

namespace sextant::pages {

/// The page of a comparison. `document`: compare_json.
PageDocument compare_page(const compare::Comparison& comparison, nlohmann::ordered_json document);

}  // namespace sextant::pages
