#pragma once

#include <cstddef>

#include "sextant/campaign/campaign.h"

namespace sextant {

/// Share of the unexpected failures of a job that leave nothing in its `tiers` fastest tiers, so
/// that it goes back to what lies behind them: 1 for none. A node that is replaced takes its copies
/// along, a reboot of all nodes what is in memory, and silent corruption spoils what was saved
/// since. By expected rates, and one failure at a time.
double share_lost(const CampaignInputs& inputs, std::size_t tiers);

}  // namespace sextant
