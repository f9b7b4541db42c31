#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/storage_target.h"
#include "sextant/storage/store_move.h"

namespace sextant {

/// How to choose the interval: by simulation (optimal), or by a formula.
enum class IntervalRule { kOptimal, kDaly, kYoung };
/// Blocking: training stops until the checkpoint is durable. Asynchronous: training stops for the
/// copy to host memory, and goes on while the copy is written.
enum class CheckpointMode { kBlocking, kAsynchronous };

template <>
struct EnumNames<IntervalRule> {
  static constexpr std::array table{std::pair{IntervalRule::kOptimal, "optimal"},
                                    std::pair{IntervalRule::kDaly, "daly"},
                                    std::pair{IntervalRule::kYoung, "young"}};
};
template <>
struct EnumNames<CheckpointMode> {
  static constexpr std::array table{std::pair{CheckpointMode::kBlocking, "blocking"},
                                    std::pair{CheckpointMode::kAsynchronous, "asynchronous"}};
};

/// Which nodes write a checkpoint, in equal shares: all of them; those of one data-parallel
/// replica, which hold the whole state where it is not sharded over replicas; or one that has
/// gathered it.
enum class CheckpointWriters { kAll, kOneReplica, kOne };
/// What the nodes read after a failure: each its shard, the checkpoint once in all; or each all of
/// it, as a service does that copies a folder to every node (SageMaker's checkpoints).
enum class RestoreKind { kShard, kEverything };

template <>
struct EnumNames<CheckpointWriters> {
  static constexpr std::array table{std::pair{CheckpointWriters::kAll, "all"},
                                    std::pair{CheckpointWriters::kOneReplica, "one_replica"},
                                    std::pair{CheckpointWriters::kOne, "one"}};
};
template <>
struct EnumNames<RestoreKind> {
  static constexpr std::array table{std::pair{RestoreKind::kShard, "shard"},
                                    std::pair{RestoreKind::kEverything, "everything"}};
};

/// Where a faster tier keeps its copies: in the memory of the nodes themselves, or in that of their
/// peers as well, on local disks, or in a file system that survives all nodes.
enum class CheckpointMedium { kPeerMemory, kHostMemory, kNvme, kFileSystem };

template <>
struct EnumNames<CheckpointMedium> {
  static constexpr std::array table{std::pair{CheckpointMedium::kPeerMemory, "peer_memory"},
                                    std::pair{CheckpointMedium::kHostMemory, "host_memory"},
                                    std::pair{CheckpointMedium::kNvme, "nvme"},
                                    std::pair{CheckpointMedium::kFileSystem, "file_system"}};
};

/// A place for checkpoints besides the store: cheaper to write and to read, and lost with more of
/// the failures. A crash of processes leaves all of them; a node that is lost takes its own copies
/// along.
struct FasterTierPlan {
  CheckpointMedium medium = CheckpointMedium::kHostMemory;
  std::optional<std::string> store;  ///< file system: one of the scenario's, for its times
  /// Nodes that hold a copy of the same shard, its own included. Absent: 2 in peers' memory,
  /// else 1.
  std::optional<int> copies;
  /// Training time between two copies, or the rule that chooses it.
  std::variant<IntervalRule, Seconds> interval = IntervalRule::kOptimal;
  CheckpointMode mode = CheckpointMode::kAsynchronous;
  /// Asynchronous: relative slowdown of the steps while a copy is being written.
  Coefficient<double> slowdown{0.02, "as that of a write to the store", "2026-11-20",
                               Method::kAssumed, std::array{0.0, 0.035}};
  /// Absent: of local disks, the instance's; of memory, that of the copy and of the network.
  std::optional<Coefficient<BytesPerSecond>> write_bandwidth;  ///< file system: of all its clients
  std::optional<Coefficient<BytesPerSecond>> read_bandwidth;   ///< likewise
  /// Absent: size / bandwidth.
  std::optional<Coefficient<Seconds>> stall;       ///< asynchronous: the copy to host memory
  std::optional<Coefficient<Seconds>> write_time;  ///< until the tier can restore it
  std::optional<Coefficient<Seconds>> restore;     ///< reading it back
};

template <class Archive>
void visit(Archive& a, FasterTierPlan& s) {
  a.object("faster_tier",
           "A place for checkpoints besides the store, which not all failures leave.");
  a.field("medium", s.medium, {.doc = "Where its copies are", .required = true});
  a.field("store", s.store, {.doc = "File system: one of the scenario's stores, for its times"});
  a.field(
      "copies", s.copies,
      {.doc = "Nodes with a copy of the same shard; absent: 2 in peers' memory, else 1", .min = 1});
  a.field("interval", s.interval,
          {.doc = "Training time between two copies, or the rule that chooses it", .min = 1});
  a.field("mode", s.mode, {.doc = "Whether training stops until the copy is complete"});
  a.field("slowdown", s.slowdown,
          {.doc = "Asynchronous: relative slowdown of the steps during a write", .min = 0});
  a.field("write_bandwidth", s.write_bandwidth,
          {.doc = "Per instance; of a file system, of all clients together", .min = 1});
  a.field("read_bandwidth", s.read_bandwidth, {.doc = "Likewise, of a restore", .min = 1});
  a.field(
      "stall", s.stall,
      {.doc = "Asynchronous: time of the copy to host memory; absent: size / bandwidth", .min = 0});
  a.field("write_time", s.write_time,
          {.doc = "Until the tier can restore it; absent: size / bandwidth", .min = 0});
  a.field("restore", s.restore, {.doc = "Reading it back; absent: size / bandwidth", .min = 0});
}

/// How often the run saves its state, and how.
struct CheckpointPlan {
  /// Training time between two checkpoints, or the rule that chooses it.
  std::variant<IntervalRule, Seconds> interval = IntervalRule::kOptimal;
  CheckpointMode mode = CheckpointMode::kAsynchronous;
  /// Absent: checkpoint_bytes_per_parameter of the phase's optimizer and precision.
  std::optional<Coefficient<double>> bytes_per_parameter;
  CheckpointWriters writers = CheckpointWriters::kAll;
  RestoreKind restore = RestoreKind::kShard;
  /// Asynchronous: bandwidth of the copy to host memory, per instance.
  Coefficient<BytesPerSecond> copy_bandwidth{
      BytesPerSecond{40e9}, "no measurement published per instance; PCIe 5 x16 is 64 GB/s a device",
      "2026-11-20", Method::kAssumed, std::array{BytesPerSecond{10e9}, BytesPerSecond{200e9}}};
  /// Of one instance, turning tensors into bytes of a file. Absent: no limit.
  std::optional<Coefficient<BytesPerSecond>> serialization_bandwidth;
  /// Asynchronous: relative slowdown of the steps while a checkpoint is being written.
  Coefficient<double> slowdown{0.02, "CheckFreq: overhead of at most 3.5 %", "2021-02-23",
                               Method::kAssumed, std::array{0.0, 0.035}};
  /// Absent: size / bandwidth.
  std::optional<Coefficient<Seconds>> stall;       ///< asynchronous: the copy
  std::optional<Coefficient<Seconds>> write_time;  ///< until the checkpoint is durable
  /// Probability that a write fails without stopping the run: that checkpoint never becomes
  /// durable, the next one may. Absent: none fails.
  std::optional<Coefficient<double>> write_failure;
  StorageTarget storage;
  /// Where checkpoints go, fastest first; the last one is the store. Each is one of the scenario's
  /// stores or, but for the last, a medium of faster tiers. Empty: `storage` and `faster` say it.
  std::vector<std::string> target;
  RequestPlan requests;                ///< to a target that is a store of objects
  std::vector<FasterTierPlan> faster;  ///< besides the store, fastest first
};

template <class Archive>
void visit(Archive& a, CheckpointPlan& s) {
  a.object("checkpoint", "How often the run saves its state, and how.");
  a.field("interval", s.interval,
          {.doc = "Training time between two checkpoints, or the rule that chooses it", .min = 1});
  a.field("mode", s.mode, {.doc = "Whether training stops until the checkpoint is durable"});
  a.field("bytes_per_parameter", s.bytes_per_parameter,
          {.doc = "Checkpoint size per trained parameter; absent: from optimizer and precision",
           .min = 0});
  a.field("writers", s.writers, {.doc = "Nodes that write a checkpoint, in equal shares"});
  a.field("restore", s.restore, {.doc = "What a node reads back: its shard, or everything"});
  a.field("copy_bandwidth", s.copy_bandwidth,
          {.doc = "Asynchronous: copy to host memory, per instance", .min = 1});
  a.field(
      "serialization_bandwidth", s.serialization_bandwidth,
      {.doc = "Turning tensors into bytes of a file, per instance; absent: no limit", .min = 1});
  a.field("slowdown", s.slowdown,
          {.doc = "Asynchronous: relative slowdown of the steps during a write", .min = 0});
  a.field("stall", s.stall,
          {.doc = "Asynchronous: time of the copy; absent: size / bandwidth", .min = 0});
  a.field("write_time", s.write_time,
          {.doc = "Until the checkpoint is durable; absent: size / bandwidth", .min = 0});
  a.field("write_failure", s.write_failure,
          {.doc = "Probability that a write fails and the run goes on; absent: 0",
           .min = 0,
           .max = 0.9});
  a.field("storage", s.storage, {.doc = "Where checkpoints go"});
  a.field("target", s.target,
          {.doc = "Stores of the scenario, or media of faster tiers; the last one is the store"});
  a.field("requests", s.requests, {.doc = "How the nodes talk to a store of objects"});
  a.field("faster", s.faster, {.doc = "Tiers besides the store, fastest first"});
}

}  // namespace sextant
