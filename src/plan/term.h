#pragma once

#include <optional>

#include "sextant/campaign/campaign.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// How long the run may use what is rented at a time: the longest training job of the platform, or
/// a booking that is followed by another one after a gap. Absent: no limit.
/// @throws InfeasiblePlan if a term is over before it trains
std::optional<RentalTerm> rental_term(const scenario::Scenario& scenario,
                                      const CampaignInputs& campaign);

}  // namespace sextant::plan
