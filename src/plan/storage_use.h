#pragma once

#include <optional>
#include <string>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/ledger/storage_plan.h"
#include "sextant/ledger/tariff.h"
#include "sextant/storage/storage_system.h"
#include "src/plan/checkpoint_interval.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// Where checkpoints lie and how many are kept, for the bill: what the scenario says of it, or two
/// in their target. Absent where neither is known.
std::optional<StoredCheckpoints> stored_checkpoints(const scenario::Scenario& scenario);

/// What checkpoints do to their store, and what that costs.
struct StorageUse {
  std::string store;
  StoreMove save;     ///< when the store has grown to the load
  StoreMove restore;  ///< likewise
  /// The first save, before the store has grown. Absent: it need not grow.
  std::optional<StoreMove> first_save;
  int splits = 0;  ///< until it has grown, each into twice as many partitions
  /// Capacity of what is kept or provisioned, and requests at the chosen interval. Absent without
  /// a price.
  std::optional<Usd> month;
};

/// Of the phase that takes most of the time. Absent where the scenario names no target.
std::optional<StorageUse> storage_use(const scenario::Scenario& scenario,
                                      const CampaignPhase& phase, const TierInterval& interval,
                                      const std::optional<Tariff>& tariff);

}  // namespace sextant::plan
