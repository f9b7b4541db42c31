#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "src/scenario/scenario.h"

namespace sextant::pages {

/// Shapes of a tier that a page draws; more of them stand together.
inline constexpr int kMostShapes = 16;

/// A fabric in tiers, to be drawn: nodes below, what joins them above, neighbours together.
///   tiers   lowest first: {role, members, shapes: how many each stands for}; nodes: also `job`,
///   how
///           many of them have the job
///   links   {tier: "leaf to spine", from and to: [tier, shape], links, capacity in bytes/s},
///   upward
/// @param job nodes that have the job
nlohmann::ordered_json fabric_picture(const Fabric& fabric, const std::vector<int>& job);

/// The fabric of the scenario's network, with its job in place; null where there is no network, or
/// one of more cards than is worth the time that it takes to join them.
nlohmann::ordered_json fabric_picture(const scenario::Scenario& scenario);

}  // namespace sextant::pages
