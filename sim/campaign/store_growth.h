#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sextant/campaign/campaign.h"

namespace sextant {

/// The store of checkpoints as one run meets it: the run's own load makes its partitions split, and
/// each time twice as many are there, as long as its phases have costs for fewer. Counts what the
/// run moves.
class StoreGrowth {
 public:
  /// The run's time until a split is drawn from its range. The inputs outlive the store.
  StoreGrowth(const CampaignInputs& inputs, std::uint64_t seed, std::uint32_t replica,
              std::uint32_t job);

  /// Splits so far.
  std::size_t level() const { return level_; }
  /// Of the phase, at its present size.
  const CheckpointCosts& costs(const CampaignPhase& phase) const;
  /// Writes from now until the next split. Absent: there is none.
  std::optional<std::int64_t> writes_until_split(const CampaignPhase& phase) const;

  /// So many writes have been begun, of which `durable` succeeded.
  void write(const CampaignPhase& phase, std::int64_t begun, std::int64_t durable);
  void restore(const CampaignPhase& phase);

  const StoreTraffic& traffic() const { return traffic_; }

 private:
  bool can_split(const CampaignPhase& phase) const { return level_ < phase.growing.size(); }
  void overload(const CampaignPhase& phase, Seconds time);

  Seconds split_after_{};
  Seconds overloaded_{};  ///< since the last split
  std::size_t level_ = 0;
  StoreTraffic traffic_;
};

}  // namespace sextant
