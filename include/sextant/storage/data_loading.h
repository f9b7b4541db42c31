#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/storage_system.h"
#include "sextant/storage/store_move.h"

namespace sextant {

/// How training data come from their store to the ranks: copied to local disks before the first
/// step (SageMaker's file mode, or a tool of one's own); through a mount that turns each read into
/// ranged GETs (FastFile, Mountpoint); from a file system that fetches from the bucket at the first
/// read and keeps it (linked FSx); or by the job's own readers, many records in one GET of a shard.
enum class DataMode { kFile, kFastFile, kFileSystem, kShards };

template <>
struct EnumNames<DataMode> {
  static constexpr std::array table{
      std::pair{DataMode::kFile, "file"}, std::pair{DataMode::kFastFile, "fast_file"},
      std::pair{DataMode::kFileSystem, "file_system"}, std::pair{DataMode::kShards, "shards"}};
};

enum class ReadOrder { kSequential, kRandom };

template <>
struct EnumNames<ReadOrder> {
  static constexpr std::array table{std::pair{ReadOrder::kSequential, "sequential"},
                                    std::pair{ReadOrder::kRandom, "random"}};
};

/// The training data and the way they are read.
struct DataPlan {
  std::string store;                  ///< one of the scenario's
  std::optional<std::string> bucket;  ///< file system: the store that it is linked to
  DataMode mode = DataMode::kShards;
  Bytes size;                        ///< of all data
  Bytes file_size{104'857'600};      ///< of one file or shard: 100 MiB
  Bytes sample_bytes{8192};          ///< that one sequence takes of it
  std::int64_t samples_per_get = 1;  ///< own readers: in one request
  ReadOrder order = ReadOrder::kSequential;
  bool each_node_everything = true;  ///< file mode: or each node its part
  int workers = 8;                   ///< readers at a time of one node
  int open_files = 1;                ///< of one worker
  double passes = 1;                 ///< times that all of it is read
  /// Work on a sample on the CPU before it is a tensor: of one hardware thread. Absent: none.
  std::optional<Coefficient<Seconds>> cpu_per_sample;
  int feeders = 0;  ///< CPU instances that do it for the nodes (heterogeneous cluster); 0: none
  std::optional<std::string> feeder_instance;
  RequestPlan requests;
};

}  // namespace sextant
