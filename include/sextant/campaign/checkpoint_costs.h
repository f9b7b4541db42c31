#pragma once

#include <optional>

#include "sextant/campaign/checkpoint_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What one checkpoint costs a run: a CheckpointPlan with its sizes and bandwidths worked out.
struct CheckpointCosts {
  CheckpointMode mode = CheckpointMode::kBlocking;
  Seconds stall{};      ///< asynchronous: training stops for the copy
  Seconds write{};      ///< until durable: blocking: training stops for it
  double slowdown = 0;  ///< asynchronous: relative slowdown of the steps during a write
  Seconds restore{};    ///< reading it back after a failure

  /// Time that one checkpoint adds to the run, away from failures:
  /// blocking write; asynchronous stall + write · slowdown / (1 + slowdown).
  Seconds overhead() const {
    if (mode == CheckpointMode::kBlocking) return write;
    return stall + slowdown / (1.0 + slowdown) * write;
  }
};

/// Size of what is saved and who saves it.
struct CheckpointedJob {
  double parameters = 0;
  Bytes frozen;  ///< read with every restore, never written: weights that are not trained
  int nodes = 1;
  std::optional<BytesPerSecond> node_ip_bandwidth;  ///< absent: only the store limits
};

/// Size = parameters · bytes_per_parameter; stall = size / (nodes · copy bandwidth); write and
/// restore: transfer_time. Each node writes and reads its share once.
CheckpointCosts checkpoint_costs(const CheckpointPlan& plan, const Recovery& recovery,
                                 const CheckpointedJob& job);

}  // namespace sextant
