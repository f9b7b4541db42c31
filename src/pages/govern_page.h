#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/govern/govern.h"
#include "src/govern/network.h"
#include "src/pages/html_page.h"

namespace sextant::pages {

/// The page of a governed cluster. `document`: govern_json; `pictures`: of GovernPictures.
PageDocument govern_page(const govern::GovernResult& result, nlohmann::ordered_json document,
                         nlohmann::ordered_json pictures);

/// Two of them on the same arrivals. `document`: comparison_json.
PageDocument govern_comparison_page(const govern::GovernResult& first,
                                    const govern::GovernResult& second,
                                    nlohmann::ordered_json document,
                                    nlohmann::ordered_json first_pictures,
                                    nlohmann::ordered_json second_pictures);

/// What happened to one job. `document`: story_json.
PageDocument govern_job_page(const std::string& scenario, nlohmann::ordered_json document);

/// What training jobs cost each other on their network. `document`: network_json.
PageDocument govern_network_page(const govern::NetworkResult& result,
                                 nlohmann::ordered_json document);

}  // namespace sextant::pages
