#pragma once

#include <cstdint>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/kernel/sample.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant::plan {

/// One simulated run and the time of its nodes by state.
struct Replica {
  CampaignResult result;
  UsageTotals usage;
  std::int64_t jobs = 1;  ///< of a chain, where the platform limits how long one runs
};

using Replicas = std::vector<Replica>;

/// A quantity over all replicas.
template <class Quantity>
Summary summary_of(const Replicas& replicas, const Quantity& quantity) {
  Sample sample;
  for (const Replica& replica : replicas) sample.add(quantity(replica));
  return sample.summary();
}

}  // namespace sextant::plan
