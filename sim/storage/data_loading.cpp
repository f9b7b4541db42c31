#include "sextant/storage/data_loading.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// What a worker does for one sample, and what that moves.
struct SampleCost {
  Seconds wait;
  double gets = 0;
  Bytes from_store;
  Bytes from_disk;
};

Seconds request_time(const ObjectStore& store, Bytes size) {
  return store.first_byte.value + size / store.connection_bandwidth.value;
}

/// One request brings `fetched`, of which `used` is used.
SampleCost by_requests(const ObjectStore& store, Bytes sample, Bytes fetched, Bytes used) {
  const double gets = sample / used;
  return {.wait = gets * request_time(store, fetched),
          .gets = gets,
          .from_store = gets * fetched,
          .from_disk = {}};
}

/// Read ahead in ranges, each of which lies in one file.
SampleCost in_sequence(const DataPlan& plan, const ObjectStore& store) {
  const Bytes range = std::min(plan.requests.part, plan.file_size);
  const Bytes least = std::min(*plan.sample, range);
  const double open = static_cast<double>(plan.workers) * plan.open_files;
  const double kept = std::min(1.0, plan.files_ahead.value / open);
  SampleCost cost = by_requests(store, *plan.sample, range, least + kept * (range - least));
  cost.wait /= plan.read_ahead.value;
  return cost;
}

SampleCost through_mount(const DataPlan& plan, const ObjectStore& store) {
  if (plan.order == ReadOrder::kSequential) return in_sequence(plan, store);
  const Bytes read = std::min({*plan.sample, plan.requests.part, plan.file_size});
  return by_requests(store, *plan.sample, read, read);
}

SampleCost of_shards(const DataPlan& plan, const ObjectStore& store) {
  const Bytes records =
      std::min(static_cast<double>(plan.samples_per_get) * *plan.sample, plan.file_size);
  return by_requests(store, *plan.sample, records, records);
}

SampleCost of_file_system(const DataPlan& plan, const DataSource& source, bool cached) {
  const double files = *plan.sample / plan.file_size;
  const double operations = plan.order == ReadOrder::kSequential ? files : std::max(1.0, files);
  SampleCost cost{.wait = operations * source.store.file_system->latency.value,
                  .gets = 0,
                  .from_store = *plan.sample,
                  .from_disk = {}};
  if (source.bucket == nullptr || cached) return cost;
  cost.wait += files * request_time(*source.bucket->object_store, plan.file_size);
  cost.gets = *plan.sample / std::min(plan.requests.part, plan.file_size);
  return cost;
}

SampleCost sample_cost(const DataPlan& plan, const DataSource& source, bool cached) {
  switch (plan.mode) {
    case DataMode::kFile:
      return {.wait = {}, .gets = 0, .from_store = {}, .from_disk = *plan.sample};
    case DataMode::kFastFile:
      return through_mount(plan, *source.store.object_store);
    case DataMode::kFileSystem:
      return of_file_system(plan, source, cached);
    case DataMode::kShards:
      return of_shards(plan, *source.store.object_store);
  }
  SEXTANT_ASSERT(false, "unknown mode {}", static_cast<int>(plan.mode));
}

/// The longest of the times that were seen, and what it belongs to.
class Slowest {
 public:
  void see(DataLimit limit, Seconds time) {
    if (time <= result_.time) return;
    result_.time = time;
    result_.limit = limit;
  }
  /// Nothing where there is no bandwidth to limit it.
  void see(DataLimit limit, Bytes size, const std::optional<BytesPerSecond>& bandwidth) {
    if (bandwidth) see(limit, size / *bandwidth);
  }
  SampleLoading result() const { return result_; }

 private:
  SampleLoading result_{};
};

/// Of one client of a file system.
std::optional<BytesPerSecond> client_bandwidth(const FileSystem& system,
                                               const DataMachines& machine) {
  const bool efa = system.efa_client_bandwidth && machine.efa_bandwidth;
  const auto& own = efa ? machine.efa_bandwidth : machine.ip_bandwidth;
  const auto& allowed = efa ? system.efa_client_bandwidth : system.client_bandwidth;
  if (!allowed) return own;
  return own ? std::min(*own, allowed->value) : allowed->value;
}

/// All clients together, without bursts. What is fetched for the first time is written as well.
BytesPerSecond system_bandwidth(const FileSystem& system, bool fetched) {
  const BytesPerSecond read = baseline_of(system, TransferDirection::kRead);
  return fetched ? std::min(read, baseline_of(system, TransferDirection::kWrite)) : read;
}

/// Those that this source answers, all partitions together.
double request_rate(const DataPlan& plan, const DataSource& source) {
  const StorageSystem& store = source.bucket != nullptr ? *source.bucket : source.store;
  if (!store.object_store) return 0;
  return static_cast<double>(stream_partitions(plan.requests)) * store.object_store->get_rate.value;
}

void see_feeders(const DataPlan& plan, const DataSite& site, double samples, Slowest& slowest) {
  if (!site.feeders) return;
  const Bytes sent = samples * plan.decoded.value_or(*plan.sample);
  slowest.see(DataLimit::kFeeders, sent / site.feeders->count, site.feeders->ip_bandwidth);
  slowest.see(DataLimit::kNodes, sent / site.nodes.count, site.nodes.ip_bandwidth);
}

StoreClients copiers(const DataMachines& readers, int joining) {
  return {.nodes = joining,
          .ranks_per_node = 1,
          .ip_bandwidth = readers.ip_bandwidth,
          .efa_bandwidth = readers.efa_bandwidth,
          .serialization = {}};
}

/// Data that the joining machines copy, each; where each node has its part, a node that joins takes
/// over that of the one it replaces.
Bytes share(const DataPlan& plan, const DataSite& site) {
  return plan.each_node_everything ? plan.size : plan.size / site.readers().count;
}

/// The slowest of store, network, copier and disks.
DataCopy to_disks(const DataPlan& plan, const DataSource& source, const DataSite& site,
                  int joining) {
  RequestPlan requests = plan.requests;
  requests.sync = StoreSync::kJob;
  requests.part = std::min(requests.part, plan.file_size);
  const DataMachines& readers = site.readers();
  const Bytes each = share(plan, site);
  const StoreMove move = restore_from(source.store, requests, joining * each,
                                      copiers(readers, joining), false, first_partitions(requests));
  DataCopy copy{.time = move.time,
                .size = move.size,
                .gets = move.gets,
                .refused = move.refused,
                .failure = move.failure,
                .overloaded = move.overloaded};
  if (plan.copy_bandwidth) copy.time = std::max(copy.time, each / plan.copy_bandwidth->value);
  if (readers.disk_bandwidth) copy.time = std::max(copy.time, each / *readers.disk_bandwidth);
  return copy;
}

}  // namespace

double data_files(const DataPlan& plan) { return std::ceil(plan.size / plan.file_size); }

std::int64_t stream_partitions(const RequestPlan& requests) {
  return std::int64_t{requests.buckets} * requests.prefixes;
}

DataCopy copy_data(const DataPlan& plan, const DataSource& source, const DataSite& site,
                   int joining) {
  DataCopy copy;
  if (plan.mode == DataMode::kFile) copy = to_disks(plan, source, site, joining);
  const bool looks = plan.mode == DataMode::kFile || plan.mode == DataMode::kFastFile;
  if (looks && source.store.object_store) copy.time += data_files(plan) * plan.listing.value;
  return copy;
}

SampleLoading load_samples(const DataPlan& plan, const DataSource& source, const DataSite& site,
                           double samples, bool cached) {
  SEXTANT_ASSERT(plan.sample, "a plan without the size of a sample");
  const DataMachines& readers = site.readers();
  const SampleCost cost = sample_cost(plan, source, cached);
  const Seconds work = plan.cpu_per_sample ? plan.cpu_per_sample->value : Seconds(0);
  const double each = samples / readers.count;

  Slowest slowest;
  slowest.see(DataLimit::kReaders, std::max(1.0, each / plan.workers) * (cost.wait + work));
  slowest.see(DataLimit::kProcessors, each / readers.threads * work);
  slowest.see(DataLimit::kDisks, each * cost.from_disk, readers.disk_bandwidth);
  if (const auto& system = source.store.file_system; system && plan.mode != DataMode::kFile) {
    const bool fetched = source.bucket != nullptr && !cached;
    slowest.see(DataLimit::kNetwork, each * cost.from_store, client_bandwidth(*system, readers));
    slowest.see(DataLimit::kStore, samples * cost.from_store / system_bandwidth(*system, fetched));
  } else {
    slowest.see(DataLimit::kNetwork, each * cost.from_store, readers.ip_bandwidth);
  }
  if (cost.gets > 0) {
    slowest.see(DataLimit::kRequests, Seconds(samples * cost.gets / request_rate(plan, source)));
  }
  see_feeders(plan, site, samples, slowest);

  SampleLoading loading = slowest.result();
  loading.gets = samples * cost.gets;
  loading.size = samples * cost.from_store;
  return loading;
}

Seconds data_stall(Seconds loading, Seconds step) { return std::max(Seconds(0), loading - step); }

}  // namespace sextant
