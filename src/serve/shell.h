#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/serve/scenario_list.h"

namespace sextant::serve {

/// The page that lists the scenarios. `problem`: what it says first; empty: nothing.
std::string list_page(const ScenarioList& list, const std::string& problem);

/// The page of one scenario before its forecast is there: its script asks for that. `panel`: the
/// inputs of panel.h; null: the page has none.
std::string scenario_page(const ListedScenario& scenario, const nlohmann::ordered_json& panel);

}  // namespace sextant::serve
