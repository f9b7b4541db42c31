#pragma once

#include <array>
#include <optional>
#include <utility>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/data_plan.h"
#include "sextant/storage/storage_system.h"

namespace sextant {

/// Machines that load data, all of one kind. What is absent limits nothing.
struct DataMachines {
  int count = 1;
  int threads = 1;                                 ///< hardware threads of one
  std::optional<BytesPerSecond> ip_bandwidth{};    ///< of one, in each direction
  std::optional<BytesPerSecond> efa_bandwidth{};   ///< of one, for file systems with such clients
  std::optional<BytesPerSecond> disk_bandwidth{};  ///< local disks of one, reading
};

/// Who loads the data: the nodes that train, or others that feed them (a heterogeneous cluster).
struct DataSite {
  DataMachines nodes;
  std::optional<DataMachines> feeders;

  const DataMachines& readers() const { return feeders ? *feeders : nodes; }
};

/// Where the data lie; `bucket`: that from which the file system fetches what it does not have.
struct DataSource {
  const StorageSystem& store;
  const StorageSystem* bucket = nullptr;
};

/// What keeps samples from being loaded sooner.
enum class DataLimit {
  kReaders,     ///< the workers wait for first bytes and for their one connection
  kProcessors,  ///< the work on samples
  kNetwork,     ///< IP bandwidth of the machines that read
  kDisks,       ///< their local disks
  kStore,       ///< bandwidth of the whole file system
  kRequests,    ///< requests per second of the store's partitions
  kFeeders,     ///< what the feeders can send
  kNodes        ///< what the nodes can receive of them
};

template <>
struct EnumNames<DataLimit> {
  static constexpr std::array table{
      std::pair{DataLimit::kReaders, "readers"}, std::pair{DataLimit::kProcessors, "processors"},
      std::pair{DataLimit::kNetwork, "network"}, std::pair{DataLimit::kDisks, "disks"},
      std::pair{DataLimit::kStore, "store"},     std::pair{DataLimit::kRequests, "requests"},
      std::pair{DataLimit::kFeeders, "feeders"}, std::pair{DataLimit::kNodes, "nodes"}};
};

/// What happens before the first step: the copy to local disks, or the look at what there is.
struct DataCopy {
  Seconds time;
  Bytes size;            ///< that crosses the network
  double gets = 0;       ///< that succeed
  double refused = 0;    ///< 503s
  double failure = 0;    ///< probability that the copy fails
  Seconds overloaded{};  ///< of a partition
};

/// Samples on their way to the ranks.
struct SampleLoading {
  Seconds time;
  DataLimit limit = DataLimit::kReaders;
  double gets = 0;  ///< to a store of objects
  Bytes size;       ///< that leaves the store, ranges that are thrown away included
};

/// Files of the plan.
double data_files(const DataPlan& plan);

/// Partitions that a steady stream of reads has in the end: one per prefix. Before that, the store
/// takes its time to split (ObjectStore::split_after).
std::int64_t stream_partitions(const RequestPlan& requests);

/// What `joining` of the machines that read have to do before they can load samples.
///   time = files · listing                             of a store of objects
///        + max(time of restore_from(), bytes of one machine / (copier, disks))   in file mode
/// Each connection of the copy moves one file, or one part of it, at a time.
DataCopy copy_data(const DataPlan& plan, const DataSource& source, const DataSite& site,
                   int joining);

/// Loads `samples`, each once, each machine its share; `cached`: not for the first time, which only
/// a linked file system notices.
///
/// With n samples of b bytes per machine, of which a worker takes one after the other, W workers, a
/// wait a for each sample, work c on it, T threads, q requests and s bytes from the store for it:
///   time = max((a + c) · max(1, n / W), n · c / T, n · s / bandwidth,
///              all samples · q / (requests per second of all partitions), …)
/// - file: a = 0; local disks.
/// - fast_file, sequential: a GET brings a range r = min(part, file), of which u is used:
///   u = b + (r - b) · min(1, files_ahead / (W · open files)), b at most r: what is read ahead of
///   files beyond those that the mount keeps is thrown away.
///   a = b / u · (first byte + r / connection bandwidth) / read_ahead; q = b / u; s = r · q.
/// - fast_file, random: every sample is a GET, of parts of a range where it is larger.
/// - shards: the same with r = u = min(samples_per_get · b, file).
/// - file_system: a = latency, once per file in sequence, once per sample at random; the first time
///   of linked data also b / file · (first byte + file / connection bandwidth), and the system
///   writes what it fetches. Bandwidth: of the system, of one client, of the node.
/// Feeders besides send what they have worked on, and the nodes receive it, over IP.
/// Assumed: the mount's readers (no figures are published for FastFile); that a file system fetches
/// whole files, each over one connection; no bursts of file systems, which last minutes.
/// @source AWS, SageMaker developer guide, "Choosing an input mode and a storage unit"; Mountpoint
/// for S3, prefetcher.
/// @pre plan.sample is there; the store is of the kind that the mode reads
SampleLoading load_samples(const DataPlan& plan, const DataSource& source, const DataSite& site,
                           double samples, bool cached);

/// What a step waits for its samples, which are loaded while the one before runs:
/// max(0, loading - step).
Seconds data_stall(Seconds loading, Seconds step);

}  // namespace sextant
