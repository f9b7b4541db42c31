#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/govern/network.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// Training jobs on a shared fabric, for a terminal: what each loses to the others, over which
/// links, and what other placements would do.
std::string network_text(const govern::NetworkResult& result, TextStyle style);

/// The same in base units; use of links as shares of their capacity.
nlohmann::ordered_json network_json(const govern::NetworkResult& result);

}  // namespace sextant::report
