#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/store_move.h"

namespace sextant {

/// How training data come from their store to the ranks: copied to local disks before the first
/// step (SageMaker's file mode, or a tool of one's own); through a mount that turns each read into
/// ranged GETs (FastFile, Mountpoint); from a file system, which may fetch them from a bucket at
/// the first read and keep them (linked FSx); or by the job's own readers, many records in one GET
/// of a shard.
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

/// The training data and the way they are read. A sample is what one sequence takes of them.
struct DataPlan {
  std::string store;                  ///< one of the scenario's
  std::optional<std::string> bucket;  ///< file system: the store that it is linked to
  DataMode mode = DataMode::kShards;
  Bytes size;                        ///< of all data
  Bytes file_size{104'857'600};      ///< of one file or shard: 100 MiB
  std::optional<Bytes> sample;       ///< absent: of the sequence's tokens
  std::int64_t samples_per_get = 1;  ///< own readers: in one request
  ReadOrder order = ReadOrder::kSequential;
  bool each_node_everything = true;  ///< file mode: or each node its part
  /// File mode: what the copier of one node reaches. Absent: what its connections carry.
  std::optional<Coefficient<BytesPerSecond>> copy_bandwidth;
  /// Of one file, when a mount or a copier looks what there is: 1,000 names come in one answer, one
  /// answer after the other.
  Coefficient<Seconds> listing{Seconds(90e-6),
                               "Mountpoint for S3, latency benchmark in its repository: 8.7 to "
                               "9.2 s to list 100,000 objects",
                               "2025-04-17", Method::kMeasured,
                               std::array{Seconds(86e-6), Seconds(93e-6)}};
  int workers = 8;     ///< readers at a time of one node
  int open_files = 1;  ///< of one worker, read in turn
  /// FastFile, sequential: ranges that a worker has under way.
  Coefficient<double> read_ahead{
      1, "no figure published for FastFile; Mountpoint has tens of ranges under way for a reader",
      "2026-11-22", Method::kAssumed, std::array{1.0, 32.0}};
  /// FastFile, sequential: open files of one node for which the mount keeps what it has read ahead.
  Coefficient<double> files_ahead{64, "no figure published: memory for half a gigabyte of ranges",
                                  "2026-11-22", Method::kAssumed, std::array{16.0, 512.0}};
  /// Work on a sample on the CPU before it is a tensor: of one hardware thread. Absent: none.
  std::optional<Coefficient<Seconds>> cpu_per_sample;
  std::optional<Bytes> decoded;  ///< a sample after that work; absent: as it was
  RequestPlan requests;
};

/// What SageMaker's copier of one machine reaches in file mode: AWS's 5 minutes for 50 GB.
inline Coefficient<BytesPerSecond> sagemaker_copy_bandwidth() {
  return {BytesPerSecond{170e6},
          "AWS, SageMaker developer guide, choosing an input mode: about 5 minutes for 50 GB in "
          "shards of 100 MB",
          "2026-08", Method::kAssumed, std::array{BytesPerSecond{100e6}, BytesPerSecond{1e9}}};
}

/// Of what derives from it, too.
template <class Archive>
void visit_data(Archive& a, DataPlan& s) {
  a.field("store", s.store, {.doc = "One of the scenario's stores", .required = true});
  a.field("bucket", s.bucket,
          {.doc = "File system: the store that it is linked to; absent: the data are in it"});
  a.field("mode", s.mode, {.doc = "How the data come to the ranks"});
  a.field("size", s.size, {.doc = "Size of all data", .min = 1, .required = true});
  a.field("file_size", s.file_size, {.doc = "Size of one file or shard", .min = 1});
  a.field("sample", s.sample,
          {.doc = "What one sequence takes of the data; absent: 2 bytes a token with a vocabulary "
                  "below 65,500, else 4",
           .min = 1});
  a.field("samples_per_get", s.samples_per_get,
          {.doc = "Own readers of shards: sequences in one request", .min = 1, .max = 1e9});
  a.field("order", s.order, {.doc = "Whether a worker reads through its files or jumps"});
  a.field("each_node_everything", s.each_node_everything,
          {.doc = "File mode: each node copies everything, or its part"});
  a.field("copy_bandwidth", s.copy_bandwidth,
          {.doc = "File mode: what the copier of one node reaches; absent: what its connections "
                  "carry, of SageMaker's copier 170 MB/s",
           .min = 1});
  a.field("listing", s.listing,
          {.doc = "Of one file, when a mount or a copier looks what there is", .min = 0});
  a.field("workers", s.workers, {.doc = "Readers at a time of one node", .min = 1, .max = 1e4});
  a.field("open_files", s.open_files,
          {.doc = "Files that a worker reads in turn", .min = 1, .max = 1e6});
  a.field(
      "read_ahead", s.read_ahead,
      {.doc = "FastFile, sequential: ranges that a worker has under way", .min = 1, .max = 1e4});
  a.field("files_ahead", s.files_ahead,
          {.doc = "FastFile, sequential: open files of a node for which the mount keeps what it "
                  "has read ahead",
           .min = 1,
           .max = 1e6});
  a.field("cpu_per_sample", s.cpu_per_sample,
          {.doc = "Work on a sequence before it is a tensor, of one hardware thread; absent: none",
           .min = 0});
  a.field("decoded", s.decoded,
          {.doc = "Size of a sequence after that work; absent: as it was", .min = 1});
  a.field("requests", s.requests, {.doc = "How the nodes talk to a store of objects"});
}

template <class Archive>
void visit(Archive& a, DataPlan& s) {
  a.object("data_plan", "The training data and the way they are read.");
  visit_data(a, s);
}

}  // namespace sextant
