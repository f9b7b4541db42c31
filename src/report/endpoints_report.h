#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/endpoints/endpoints.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// Ways to serve requests, side by side, for a terminal.
std::string endpoints_text(const endpoints::EndpointsResult& result, TextStyle style);

/// The same with all figures, in SI units.
nlohmann::ordered_json endpoints_json(const endpoints::EndpointsResult& result);

}  // namespace sextant::report
