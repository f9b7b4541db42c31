#pragma once

#include "src/endpoints/endpoints.h"
#include "src/pages/html_page.h"

namespace sextant::pages {

/// The page of endpoints. `document`: endpoints_json.
PageDocument endpoints_page(const endpoints::EndpointsResult& result,
                            nlohmann::ordered_json document);

/// The offered rate over a period, and for each alternative that runs instances what it runs on,
/// how its latency is distributed and, for a load that changes, what happens over the time that was
/// simulated: rates and instances of all groups of models together, means over pieces of time.
nlohmann::ordered_json endpoints_pictures(const endpoints::EndpointsResult& result);

}  // namespace sextant::pages
