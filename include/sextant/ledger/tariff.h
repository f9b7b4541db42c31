#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {

/// A month, as price lists count it.
inline constexpr Seconds kPriceMonth = 730.0 * kHour;

/// Nodes that are paid for from the start of the run whether they are used or not.
struct Booking {
  Seconds booked;
  /// Time beyond is booked besides, in whole multiples of this …
  Seconds extension{0};
  /// … or, where this is given, paid by the second at this price.
  std::optional<UsdPerSecond> beyond{};
  bool unused_charged = true;  ///< false: other work uses the rest of the booking
};

/// What a store charges for what one run keeps in it. Traffic is charged between zones only.
struct StoreTariff {
  std::string store;
  UsdPerByteSecond capacity;
  Usd put{0};
  Usd get{0};
  UsdPerByte upload{0};         ///< of what is written
  UsdPerByte retrieval{0};      ///< of what is read
  UsdPerByte between_zones{0};  ///< 0: the store is in the nodes' zone, or regional
  Bytes provisioned{0};         ///< paid for through the run; 0: what lies there is paid for
  Bytes size;                   ///< of one checkpoint, or of the data
  Bytes part;                   ///< of one request
};

/// The checkpoints' store, and how many lie there.
struct CheckpointTariff {
  StoreTariff store;
  int kept = 1;
  Seconds kept_after{0};
};

/// The training data's store, and how often they are read.
struct DatasetTariff {
  StoreTariff store;
  double passes = 1;
  std::optional<double> gets{};  ///< of the whole run; absent: passes · parts
};

/// Everything that a run is charged for, as figures.
struct Tariff {
  UsdPerSecond node;  ///< one node, under the purchase
  std::optional<Booking> booking{};
  std::optional<double> premium{};  ///< the platform's, as a share of what the nodes cost
  Seconds kept_after{0};            ///< nodes are kept, and paid for, after the end: a warm pool
  std::optional<UsdPerSecond> profiler{};
  std::optional<UsdPerSecond> control_plane{};
  std::optional<CheckpointTariff> checkpoints{};
  std::vector<StoreTariff> tiers{};  ///< file systems before that store, as provisioned
  std::optional<DatasetTariff> dataset{};
  std::optional<DatasetTariff> dataset_source{};  ///< the bucket that a file system fetches it from
};

/// What a run moved between its nodes and the store of checkpoints, request by request. A 503 Slow
/// Down is not charged for.
struct BilledTraffic {
  Bytes written{};
  Bytes read{};
  double puts = 0;
  double gets = 0;
};

/// What became of one run, as far as it is charged for.
struct BilledRun {
  const UsageTotals& usage;
  std::int64_t checkpoints = 0;  ///< written
  std::int64_t restores = 0;     ///< read back
  /// Absent: each checkpoint and each restore is its size once, in requests of one part.
  std::optional<BilledTraffic> traffic{};
};

/// One line of a bill: usd = quantity · unit_price_usd.
struct LedgerItem {
  std::string item;
  double quantity = 0;
  std::string unit;
  double unit_price_usd = 0;
  double usd = 0;
};

/// The bill of one run. It has the same lines, in the same order, for every run under one tariff:
/// - nodes by state: node time · price;
/// - nodes kept after the end: nodes · time · price;
/// - what a booking leaves unused: nodes · (booked - wall time) · price, extensions included;
/// - time beyond a commitment: nodes · (wall time - booked) · (price beyond - price);
/// - the platform's premium: share · the lines above;
/// - profiler and control plane: wall time · price;
/// - stores: capacity · time; requests; what is written and read, where that is charged for;
///   traffic between zones.
///
/// Spares and nodes under repair are rented too: the plan keeps them. Between two bookings nothing
/// is rented.
std::vector<LedgerItem> bill(const BilledRun& run, const Tariff& tariff);

/// What the lines sum to: the cost.
Usd total(const std::vector<LedgerItem>& bill);

/// Time-integral of the number of checkpoints kept, min(kept, written so far), of which `written`
/// come evenly over `wall`, the last one at its end.
Seconds kept_checkpoint_time(std::int64_t written, int kept, Seconds wall);

}  // namespace sextant
