// Laws of loading data: what helps never hurts, and what is read is counted once.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sextant/storage/data_loading.h"

namespace sextant {
namespace {

template <class T>
Coefficient<T> figure(T value) {
  return {value, "test", "2026-11-22", Method::kAssumed, std::nullopt};
}

StorageSystem bucket() {
  StorageSystem system;
  system.object_store = ObjectStore{};
  system.object_store->get_rate = figure(5500.0);
  system.object_store->first_byte = figure(Seconds(1e-3 * *rc::gen::inRange(0, 200)));
  system.object_store->connection_bandwidth =
      figure(BytesPerSecond(1e6 * *rc::gen::inRange(1, 200)));
  return system;
}

StorageSystem files() {
  StorageSystem system;
  system.file_system = FileSystem{};
  system.file_system->read_baseline = figure(BytesPerSecond(1e6 * *rc::gen::inRange(100, 10'000)));
  system.file_system->write_baseline = figure(BytesPerSecond(1e6 * *rc::gen::inRange(100, 10'000)));
  system.file_system->latency = figure(Seconds(1e-4 * *rc::gen::inRange(0, 100)));
  return system;
}

DataPlan drawn_plan(DataMode mode) {
  DataPlan plan;
  plan.mode = mode;
  plan.size = Bytes(1e12);
  plan.file_size = Bytes(1e3 * *rc::gen::inRange(1, 200'000));
  plan.sample = Bytes(1e3 * *rc::gen::inRange(1, 1000));
  plan.samples_per_get = *rc::gen::inRange(1, 1000);
  plan.order = *rc::gen::element(ReadOrder::kSequential, ReadOrder::kRandom);
  plan.workers = *rc::gen::inRange(1, 200);
  plan.open_files = *rc::gen::inRange(1, 100);
  plan.read_ahead = figure(1.0 * *rc::gen::inRange(1, 32));
  plan.requests.prefixes = *rc::gen::inRange(1, 64);
  if (*rc::gen::arbitrary<bool>()) {
    plan.cpu_per_sample = figure(Seconds(1e-4 * *rc::gen::inRange(0, 1000)));
  }
  return plan;
}

DataSite drawn_site() {
  DataSite site;
  site.nodes.count = *rc::gen::inRange(1, 100);
  site.nodes.threads = *rc::gen::inRange(1, 200);
  site.nodes.ip_bandwidth = BytesPerSecond(1e9 * *rc::gen::inRange(1, 50));
  site.nodes.disk_bandwidth = BytesPerSecond(1e9 * *rc::gen::inRange(1, 50));
  return site;
}

struct Case {
  StorageSystem store;
  StorageSystem bucket;
  DataPlan plan;
  DataSite site;
  double samples = 0;

  SampleLoading load(bool cached = false) const {
    const bool linked = plan.mode == DataMode::kFileSystem;
    return load_samples(plan, {.store = store, .bucket = linked ? &bucket : nullptr}, site, samples,
                        cached);
  }
};

Case drawn_case() {
  const DataMode mode = *rc::gen::element(DataMode::kFile, DataMode::kFastFile,
                                          DataMode::kFileSystem, DataMode::kShards);
  return {.store = mode == DataMode::kFileSystem ? files() : bucket(),
          .bucket = bucket(),
          .plan = drawn_plan(mode),
          .site = drawn_site(),
          .samples = static_cast<double>(*rc::gen::inRange(1, 100'000))};
}

void no_slower(const Case& better, const Case& worse) {
  RC_ASSERT(better.load().time.si() <= worse.load().time.si() * (1 + 1e-12));
}

RC_GTEST_PROP(DataLaws, MoreNodesAreNeverSlower, ()) {
  const Case few = drawn_case();
  Case many = few;
  many.site.nodes.count += *rc::gen::inRange(1, 100);
  no_slower(many, few);
}

RC_GTEST_PROP(DataLaws, MorePrefixesAreNeverSlower, ()) {
  const Case few = drawn_case();
  Case many = few;
  many.plan.requests.prefixes += *rc::gen::inRange(1, 100);
  no_slower(many, few);
}

RC_GTEST_PROP(DataLaws, MoreRecordsPerRequestAreNeverSlower, ()) {
  const Case few = drawn_case();
  Case many = few;
  many.plan.samples_per_get += *rc::gen::inRange(1, 100);
  no_slower(many, few);
  RC_ASSERT(many.load().gets <= few.load().gets * (1 + 1e-12));
}

RC_GTEST_PROP(DataLaws, LargerFilesAreNeverSlowerInSequence, ()) {
  Case small = drawn_case();
  small.plan.order = ReadOrder::kSequential;
  if (small.plan.mode == DataMode::kFileSystem) small.plan.mode = DataMode::kFile;
  if (!small.store.object_store) small.store = bucket();
  small.plan.open_files = 1;
  small.plan.workers = 1;
  Case large = small;
  large.plan.file_size = 2.0 * large.plan.file_size;
  no_slower(large, small);
}

RC_GTEST_PROP(DataLaws, FewerOpenFilesAreNeverSlower, ()) {
  const Case few = drawn_case();
  Case many = few;
  many.plan.open_files += *rc::gen::inRange(1, 100);
  no_slower(few, many);
}

RC_GTEST_PROP(DataLaws, CachedPassesAreNeverSlower, ()) {
  const Case drawn = drawn_case();
  RC_ASSERT(drawn.load(true).time <= drawn.load(false).time);
  RC_ASSERT(drawn.load(true).gets <= drawn.load(false).gets);
}

RC_GTEST_PROP(DataLaws, ASampleIsReadAtLeastOnce, ()) {
  const Case drawn = drawn_case();
  if (drawn.plan.mode == DataMode::kFile) return;
  const double least = drawn.samples * drawn.plan.sample->si();
  RC_ASSERT(drawn.load().size.si() >= least * (1 - 1e-12));
  if (drawn.plan.mode == DataMode::kFastFile) return;  // reads ahead
  RC_ASSERT(drawn.load().size.si() <= least * (1 + 1e-12));
}

RC_GTEST_PROP(DataLaws, TwiceTheSamplesAreTwiceTheRequestsAndBytes, ()) {
  const Case once = drawn_case();
  Case twice = once;
  twice.samples *= 2;
  RC_ASSERT(std::abs(twice.load().gets - 2 * once.load().gets) <= 1e-9 * once.load().gets);
  RC_ASSERT(std::abs((twice.load().size - 2 * once.load().size).si()) <=
            1e-9 * once.load().size.si());
  RC_ASSERT(once.load().time <= twice.load().time);
}

RC_GTEST_PROP(DataLaws, AStallIsNeverNegative, ()) {
  const Seconds loading = drawn_case().load().time;
  const Seconds step(1e-3 * *rc::gen::inRange(0, 100'000));
  const Seconds stall = data_stall(loading, step);
  RC_ASSERT(stall >= Seconds(0));
  RC_ASSERT((stall == Seconds(0)) == (loading <= step));
}

}  // namespace
}  // namespace sextant
