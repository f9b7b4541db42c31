#include "sextant/storage/data_loading.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant {
namespace {

template <class T>
Coefficient<T> figure(T value) {
  return {value, "test", "2026-11-22", Method::kAssumed, std::nullopt};
}

/// 5,000 GET a second, 100 ms to the first byte, 100 MB/s for a connection.
StorageSystem bucket() {
  StorageSystem system;
  system.name = "bucket";
  ObjectStore& store = system.object_store.emplace();
  store.get_rate = figure(5000.0);
  store.burst = figure(Seconds(0));
  store.split_after = figure(Seconds(2700));
  store.first_byte = figure(Seconds(0.1));
  store.refusal = figure(Seconds(0.02));
  store.connection_bandwidth = figure(BytesPerSecond(100e6));
  return system;
}

/// 2 GB/s to read and 1 GB/s to write, 1 ms for an operation.
StorageSystem shared_files() {
  StorageSystem system;
  system.name = "files";
  system.file_system = FileSystem{};
  system.file_system->read_baseline = figure(BytesPerSecond(2e9));
  system.file_system->write_baseline = figure(BytesPerSecond(1e9));
  system.file_system->latency = figure(Seconds(1e-3));
  return system;
}

DataPlan plan_of(DataMode mode) {
  DataPlan plan;
  plan.store = "bucket";
  plan.mode = mode;
  plan.size = Bytes(1e12);
  plan.file_size = Bytes(100e6);
  plan.sample = Bytes(10e3);
  plan.listing = figure(Seconds(0));
  plan.workers = 10;
  plan.requests.part = Bytes(10e6);
  return plan;
}

DataSite two_nodes() { return {.nodes = {.count = 2, .threads = 8}, .feeders = {}}; }

// Ranges of 10 MB take 0.1 + 0.1 s; a node's ten workers bring 500 MB/s, 1,000 samples 10 MB.
TEST(FastFile, ReadsAheadInRanges) {
  const StorageSystem store = bucket();
  const SampleLoading loading =
      load_samples(plan_of(DataMode::kFastFile), {.store = store}, two_nodes(), 1000, false);
  EXPECT_NEAR(loading.time.si(), 5e6 / 500e6, 1e-12);
  EXPECT_EQ(loading.limit, DataLimit::kReaders);
  EXPECT_NEAR(loading.gets, 1.0, 1e-12);  // 10 MB
  EXPECT_NEAR(loading.size.si(), 10e6, 1e-6);
}

// Each sample is a GET of 0.1 s and 0.1 ms.
TEST(FastFile, WaitsForEveryFirstByteAtRandom) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFastFile);
  plan.order = ReadOrder::kRandom;
  const SampleLoading loading = load_samples(plan, {.store = store}, two_nodes(), 1000, false);
  EXPECT_NEAR(loading.time.si(), 50 * 0.1001, 1e-9);
  EXPECT_NEAR(loading.gets, 1000.0, 1e-9);
}

// Files of 20 kB hold two samples: a GET for two, of 0.1 s and 0.2 ms.
TEST(FastFile, CannotReadAheadOfSmallFiles) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFastFile);
  plan.file_size = Bytes(20e3);
  const SampleLoading loading = load_samples(plan, {.store = store}, two_nodes(), 1000, false);
  EXPECT_NEAR(loading.time.si(), 25 * 0.1002, 1e-9);
  EXPECT_NEAR(loading.gets, 500.0, 1e-9);
}

// Twice as many open files as the mount keeps: half of what it reads ahead is thrown away.
TEST(FastFile, ThrowsAwayWhatItReadsAheadOfTooManyFiles) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFastFile);
  const DataSite site = two_nodes();
  plan.files_ahead = figure(20.0);
  plan.open_files = 2;
  const SampleLoading kept = load_samples(plan, {.store = store}, site, 1000, false);
  plan.open_files = 4;
  const SampleLoading thrown = load_samples(plan, {.store = store}, site, 1000, false);
  EXPECT_NEAR(kept.gets, 1.0, 1e-12);
  EXPECT_NEAR(thrown.gets, 10e6 / (10e3 + 0.5 * (10e6 - 10e3)), 1e-9);
  EXPECT_GT(thrown.size, kept.size);
}

TEST(FastFile, StartsWhenTheFilesAreListed) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFastFile);
  plan.listing = figure(Seconds(1e-4));
  const DataCopy copy = copy_data(plan, {.store = store}, two_nodes(), 2);
  EXPECT_NEAR(copy.time.si(), 10'000 * 1e-4, 1e-9);
  EXPECT_EQ(copy.gets, 0);
}

// 5,000 GET a second of one partition, however many nodes ask; a second prefix doubles them.
TEST(Shards, AreLimitedByRequestsOfAPartition) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kShards);
  DataSite site = two_nodes();
  site.nodes.count = 1000;
  const SampleLoading one = load_samples(plan, {.store = store}, site, 100e3, false);
  EXPECT_NEAR(one.time.si(), 20.0, 1e-9);
  EXPECT_EQ(one.limit, DataLimit::kRequests);
  plan.requests.prefixes = 2;
  EXPECT_NEAR(load_samples(plan, {.store = store}, site, 100e3, false).time.si(), 10.0, 1e-9);
}

TEST(Shards, BringManyRecordsInOneRequest) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kShards);
  plan.samples_per_get = 100;
  const SampleLoading loading = load_samples(plan, {.store = store}, two_nodes(), 1000, false);
  EXPECT_NEAR(loading.gets, 10.0, 1e-12);
  EXPECT_NEAR(loading.time.si(), 50 * 0.11 / 100, 1e-12);
}

TEST(Shards, CrossTheNodesNetwork) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kShards);
  plan.samples_per_get = 10'000;
  DataSite site = two_nodes();
  site.nodes.ip_bandwidth = BytesPerSecond(50e6);
  const SampleLoading loading = load_samples(plan, {.store = store}, site, 1000, false);
  EXPECT_NEAR(loading.time.si(), 5e6 / 50e6, 1e-12);
  EXPECT_EQ(loading.limit, DataLimit::kNetwork);
}

// Read at 2 GB/s once it is there. The first time: written at 1 GB/s.
TEST(LinkedFileSystem, IsColdTheFirstTime) {
  const StorageSystem files = shared_files();
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFileSystem);
  plan.workers = 1000;
  const DataSource linked{.store = files, .bucket = &store};
  const SampleLoading cold = load_samples(plan, linked, two_nodes(), 1e6, false);
  const SampleLoading cached = load_samples(plan, linked, two_nodes(), 1e6, true);
  EXPECT_NEAR(cold.time.si(), 10.0, 1e-9);
  EXPECT_NEAR(cached.time.si(), 5.0, 1e-9);
  EXPECT_EQ(cached.limit, DataLimit::kStore);
  EXPECT_NEAR(cold.gets, 1000.0, 1e-9);
  EXPECT_EQ(cached.gets, 0);
}

// One worker per node: 50 files of 100 MB in sequence, each fetched in 0.1 + 1 s, opened in 1 ms.
TEST(LinkedFileSystem, WaitsForWholeFiles) {
  const StorageSystem files = shared_files();
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFileSystem);
  plan.workers = 1;
  const SampleLoading cold =
      load_samples(plan, {.store = files, .bucket = &store}, two_nodes(), 1e6, false);
  EXPECT_NEAR(cold.time.si(), 50 * 1.101, 1e-9);
}

TEST(LocalDisks, AreReadByEachNode) {
  const StorageSystem store = bucket();
  DataSite site = two_nodes();
  site.nodes.disk_bandwidth = BytesPerSecond(1e9);
  const SampleLoading loading =
      load_samples(plan_of(DataMode::kFile), {.store = store}, site, 1e6, false);
  EXPECT_NEAR(loading.time.si(), 5.0, 1e-9);
  EXPECT_EQ(loading.limit, DataLimit::kDisks);
  EXPECT_EQ(loading.size.si(), 0);
}

// AWS: 50 GB in 100 MB shards take about 5 min in SageMaker's file mode. Assumed: the copier of one
// machine reaches 170 MB/s, which its network and connections would let it exceed.
TEST(FileMode, TakesFiveMinutesForFiftyGigabytes) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFile);
  plan.size = Bytes(50e9);
  plan.requests.part = Bytes(8'388'608);
  plan.copy_bandwidth = figure(BytesPerSecond(170e6));
  DataSite site = two_nodes();
  site.nodes.ip_bandwidth = BytesPerSecond(1.25e9);
  const DataCopy copy = copy_data(plan, {.store = store}, site, 2);
  EXPECT_NEAR(copy.time.si() / 60, 5.0, 0.2);
  EXPECT_NEAR(copy.size.si(), 100e9, 1);
  EXPECT_NEAR(copy.gets, 2 * std::ceil(50e9 / 8'388'608), 3);  // expected values
}

TEST(FileMode, CopiesPartsFasterThanEverything) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFile);
  plan.copy_bandwidth = figure(BytesPerSecond(170e6));
  const DataSite site = two_nodes();
  const Seconds everything = copy_data(plan, {.store = store}, site, 2).time;
  plan.each_node_everything = false;
  const DataCopy parts = copy_data(plan, {.store = store}, site, 2);
  EXPECT_NEAR(everything / parts.time, 2.0, 1e-9);
  EXPECT_NEAR(parts.size.si(), 1e12, 1);
  EXPECT_NEAR(copy_data(plan, {.store = store}, site, 1).size.si(), 0.5e12, 1);
}

// 1,000 samples at 8 ms each: ten workers on 8 threads are no more than 8.
TEST(WorkOnSamples, OccupiesThreads) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kFile);
  plan.cpu_per_sample = figure(Seconds(0.008));
  const SampleLoading loading = load_samples(plan, {.store = store}, two_nodes(), 1000, false);
  EXPECT_NEAR(loading.time.si(), 500 * 0.008 / 8, 1e-12);
  EXPECT_EQ(loading.limit, DataLimit::kProcessors);
}

// Four machines of 32 threads take the work over, and send tensors ten times the size of a sample.
TEST(Feeders, WorkForTheNodes) {
  const StorageSystem store = bucket();
  DataPlan plan = plan_of(DataMode::kShards);
  plan.samples_per_get = 1000;
  plan.workers = 32;
  plan.cpu_per_sample = figure(Seconds(0.064));
  plan.decoded = Bytes(100e3);
  DataSite site = two_nodes();
  site.feeders = DataMachines{.count = 4, .threads = 32, .ip_bandwidth = BytesPerSecond(1e9)};
  SampleLoading loading = load_samples(plan, {.store = store}, site, 1000, false);
  EXPECT_NEAR(loading.time.si(), 250.0 / 32 * (0.064 + 0.2 / 1000), 1e-9);
  EXPECT_EQ(loading.limit, DataLimit::kReaders);
  site.feeders->ip_bandwidth = BytesPerSecond(25e6);
  loading = load_samples(plan, {.store = store}, site, 1000, false);
  EXPECT_NEAR(loading.time.si(), 25e6 / 25e6, 1e-9);
  EXPECT_EQ(loading.limit, DataLimit::kFeeders);
  site.nodes.ip_bandwidth = BytesPerSecond(20e6);
  loading = load_samples(plan, {.store = store}, site, 1000, false);
  EXPECT_NEAR(loading.time.si(), 50e6 / 20e6, 1e-9);
  EXPECT_EQ(loading.limit, DataLimit::kNodes);
}

TEST(DataStall, IsWhatTheStepDoesNotHide) {
  EXPECT_EQ(data_stall(Seconds(3), Seconds(5)).si(), 0);
  EXPECT_EQ(data_stall(Seconds(5), Seconds(3)).si(), 2);
}

}  // namespace
}  // namespace sextant
