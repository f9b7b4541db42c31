#pragma once

#include <cstddef>

#include "src/pages/html_page.h"
#include "src/report/sweep_report.h"
#include "src/sweep/store.h"

namespace sextant::pages {

/// Points that a page carries; of more, as many, spread evenly.
inline constexpr std::int64_t kPointsOnPage = 10'000;

/// The page of a sweep's file, of which some points may not be done yet. `document`: sweep_json.
PageDocument sweep_page(const report::SweepReport& report, nlohmann::ordered_json document,
                        sweep::Store& store);

}  // namespace sextant::pages
