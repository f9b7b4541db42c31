#pragma once

#include <optional>
#include <vector>

#include "sextant/campaign/checkpoint_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/store_move.h"

namespace sextant {

/// What one checkpoint in one tier costs a run, with sizes and bandwidths worked out.
struct CheckpointCosts {
  CheckpointMode mode = CheckpointMode::kBlocking;
  Seconds stall{};      ///< asynchronous: training stops for the copy
  Seconds write{};      ///< until durable: blocking: training stops for it
  double slowdown = 0;  ///< asynchronous: relative slowdown of the steps during a write
  Seconds restore{};    ///< reading it back after a failure
  Bytes size{};         ///< of what is written
  /// Probability that a write fails without stopping the run; of the store only.
  double write_failure = 0;
  StoreMove saved{};     ///< what one write moves; of the store only
  StoreMove restored{};  ///< what one restore moves, likewise

  /// Time that one checkpoint adds to the run, away from failures:
  /// blocking write; asynchronous stall + write · slowdown / (1 + slowdown).
  Seconds overhead() const {
    if (mode == CheckpointMode::kBlocking) return write;
    return stall + slowdown / (1.0 + slowdown) * write;
  }
};

/// A tier besides the store. What it holds survives a crash of processes; what survives the loss of
/// nodes depends on the medium and on the copies.
struct FasterTier {
  CheckpointMedium medium = CheckpointMedium::kHostMemory;
  int copies = 1;  ///< nodes that hold the same shard, its own included
  CheckpointCosts costs;
  Bytes held{};  ///< by each node that saves: copies of a share
};

/// Size of what is saved and who saves it.
struct CheckpointedJob {
  double parameters = 0;
  Bytes frozen;  ///< read with every restore, never written: weights that are not trained
  int nodes = 1;
  int nodes_per_replica = 1;                        ///< that hold one data-parallel replica
  double bytes_per_parameter = 14;                  ///< where the plan does not say
  std::optional<BytesPerSecond> node_ip_bandwidth;  ///< absent: only the store limits
  /// Of one node: between nodes, and of its local disks. Absent: no limit.
  std::optional<BytesPerSecond> node_network_bandwidth{};
  std::optional<BytesPerSecond> node_disk_bandwidth{};
  std::optional<BytesPerSecond> node_disk_write_bandwidth{};  ///< absent: as node_disk_bandwidth
  /// What follows is of use only where the plan names a target, or stores of faster tiers.
  int ranks_per_node = 1;
  std::optional<BytesPerSecond> node_efa_bandwidth{};  ///< absent: no EFA
  std::vector<StorageSystem> stores{};                 ///< that the plan names
};

/// Size = parameters · bytes per parameter; stall = size / (writers · copy bandwidth); write and
/// restore: transfer_time of the writers' shares, and of what all nodes read. Each node reads its
/// share once, or all of it. Where the plan names a target: the last of store_levels().
CheckpointCosts checkpoint_costs(const CheckpointPlan& plan, const Recovery& recovery,
                                 const CheckpointedJob& job);

/// The same in the target of the plan (one is there), by save_to() and restore_from(), at each
/// number of its partitions: at first, twice as many, … until the store refuses nothing or the load
/// has no more keys between which it could be split. At least one; only the last of a file system.
/// A restore that fails begins again, until it succeeds or its load has made the store split. A
/// write fails with probability 0.99 at most.
std::vector<CheckpointCosts> store_levels(const CheckpointPlan& plan, const Recovery& recovery,
                                          const CheckpointedJob& job);

/// The same of the tiers besides the store, fastest first. The fastest pays for the copy from the
/// devices to host memory; the asynchronous ones behind it, the store included, write that copy
/// further and stall nobody, where the plan gives no stall.
/// - host memory: the copy is the write.
/// - peers' memory: (copies - 1) · size / (writers · network bandwidth) behind the copy.
/// - local disks: copies · size / (writers · disk bandwidth), sent to peers likewise.
/// - file system: as the store, at its own bandwidth, or as that of the stores says.
/// Restores move the size once, at the slowest of the copy to the devices, the medium and, where
/// there are peers to read from, the network.
std::vector<FasterTier> faster_tiers(const CheckpointPlan& plan, const CheckpointedJob& job);

}  // namespace sextant
