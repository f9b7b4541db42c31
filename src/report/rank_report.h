#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/report/text_style.h"
#include "src/validate/layout_rank.h"

namespace sextant::report {

/// How the published layouts rank: a line for each group, then the rows outside the top with the
/// layout that is forecast to be best.
std::string rank_text(const validate::LayoutRanks& ranks, TextStyle style);

/// `sextant.validate_search/1`: groups[] and rows[].
nlohmann::ordered_json rank_json(const validate::LayoutRanks& ranks);

}  // namespace sextant::report
