#pragma once

#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

using PerSecond = Quantity<0, 0, -1, 0, 0, 0>;

/// How often each cause interrupts the job in the long run, in the order of InterruptionCauses: in
/// operating time, which stands still where the job waits for nodes. Early failures of new nodes
/// have no rate in the long run, and slow nodes that nobody looks for stop nothing.
std::vector<PerSecond> interruption_rates(const CampaignInputs& inputs);

}  // namespace sextant
