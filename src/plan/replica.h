#pragma once

#include <cstdint>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/kernel/sample.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {

/// For the way from one process to another (src/run/packing.h).
template <class Archive>
void pack(Archive& archive, CampaignResult& result) {
  // Does not compile when a member is added: give it a name here, and carry it below.
  auto& [outcome, wall_time, phase_times, steps_done, checkpoints, nodes_swapped, peak_missing,
         calls, store, terms, interruptions, step_factor, rate_factor, recovery_score, digest] =
      result;
  archive(outcome, wall_time, phase_times, steps_done, checkpoints, nodes_swapped, peak_missing,
          calls, store, terms, interruptions, step_factor, rate_factor, recovery_score, digest);
}

}  // namespace sextant

namespace sextant::plan {

/// One simulated run and the time of its nodes by state.
struct Replica {
  CampaignResult result;
  UsageTotals usage;
};

/// For the way from one process to another (src/run/packing.h).
template <class Archive>
void pack(Archive& archive, Replica& replica) {
  UsageTotals::Times times = replica.usage.times();
  archive(replica.result, times);
  replica.usage = UsageTotals(times);  // as it was, where it is only read
}

using Replicas = std::vector<Replica>;

/// A quantity of every replica, in their order.
template <class Quantity>
Sample sample_of(const Replicas& replicas, const Quantity& quantity) {
  Sample sample;
  for (const Replica& replica : replicas) sample.add(quantity(replica));
  return sample;
}

/// A quantity over all replicas.
template <class Quantity>
Summary summary_of(const Replicas& replicas, const Quantity& quantity) {
  return sample_of(replicas, quantity).summary();
}

}  // namespace sextant::plan
