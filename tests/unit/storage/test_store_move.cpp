#include "sextant/storage/store_move.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/stores.h"

namespace sextant {
namespace {

constexpr Bytes kMiB{1'048'576};
constexpr Bytes kLlama405b{405e9 * 14};

const StoreClients kNodes{
    .nodes = 2048, .ranks_per_node = 8, .ip_bandwidth = BytesPerSecond(12.5e9)};

/// Nothing is refused: every key has a partition of its own.
StoreMove saved(const RequestPlan& plan, Bytes size, const StoreClients& nodes) {
  return save_to(fixtures::object_store(), plan, size, nodes, 1'000'000);
}

StoreMove restored(const RequestPlan& plan, Bytes size, const StoreClients& nodes,
                   bool everything = false) {
  return restore_from(fixtures::object_store(), plan, size, nodes, everything, 1'000'000);
}

RequestPlan hierarchical(RequestPlan plan = {}) {
  plan.objects_per = ObjectsPer::kNode;
  return plan;
}

RequestPlan copied() {
  RequestPlan plan;
  plan.sync = StoreSync::kCopier;
  return plan;
}

// 405e9 · 14 B / 16,384 ranks = 346.1 MB: 42 parts of 8 MiB, begun and completed. Of a node 2.77
// GB: 331 parts. The whole of it: 8 · 44 = 352 against 333 requests per node.
TEST(StoreMove, OfANodesWritersSavesThePartsThatAreNotFull) {
  EXPECT_NEAR(saved({}, kLlama405b, kNodes).puts / 2048, 352, 1e-6);
  EXPECT_NEAR(saved(hierarchical(), kLlama405b, kNodes).puts / 2048, 333, 1e-6);
}

TEST(StoreMove, OfOnePutObjectsNeedsAnEighthOfThePutsFromOneWriterANode) {
  RequestPlan plan;
  plan.part = Bytes(5'368'709'120);
  EXPECT_NEAR(saved(plan, kLlama405b, kNodes).puts, 16'384, 1e-6);
  EXPECT_NEAR(saved(hierarchical(plan), kLlama405b, kNodes).puts, 2'048, 1e-6);
}

TEST(StoreMove, PutsAnObjectOfOnePartAtOnce) {
  const StoreClients one{.nodes = 1, .ranks_per_node = 1};
  EXPECT_NEAR(saved({}, 8.0 * kMiB, one).puts, 1, 1e-9);
  EXPECT_NEAR(saved({}, 8.0 * kMiB + Bytes(1), one).puts, 2 + 2, 1e-9);
}

TEST(StoreMove, MakesPartsLargerWhereThereWouldBeTooMany) {
  const StoreClients one{.nodes = 1, .ranks_per_node = 1};
  EXPECT_NEAR(saved({}, Bytes(1e12), one).puts, 10'000 + 2, 1e-6);
}

TEST(StoreMove, CutsWhatALargestObjectCannotHold) {
  const StoreClients one{.nodes = 1, .ranks_per_node = 1};
  RequestPlan plan;
  plan.part = Bytes(5e9);
  // Three objects of 40 TB, each of 8,000 parts.
  EXPECT_NEAR(saved(plan, Bytes(120e12), one).puts, 3 * (8'000 + 2), 1e-3);
}

TEST(StoreMove, WritesManySmallFilesWithManyPuts) {
  RequestPlan plan;
  plan.object_size = 1.0 * kMiB;
  const StoreClients node{.nodes = 1, .ranks_per_node = 8};
  EXPECT_NEAR(saved(plan, 80.0 * kMiB, node).puts, 80, 1e-9);
}

TEST(StoreMove, ReadsRangesOfAPart) {
  EXPECT_NEAR(restored({}, kLlama405b, kNodes).gets / 2048, 8 * 42, 1e-6);
  EXPECT_NEAR(restored(hierarchical(), kLlama405b, kNodes).gets / 2048, 331, 1e-6);
}

TEST(StoreMove, BringsEverythingToEveryNode) {
  const StoreClients nodes{
      .nodes = 16, .ranks_per_node = 8, .ip_bandwidth = BytesPerSecond(12.5e9)};
  const Bytes size(98e9);
  const StoreMove shards = restored({}, size, nodes);
  const StoreMove all = restored({}, size, nodes, true);
  EXPECT_EQ(shards.size, size);
  EXPECT_EQ(all.size, 16 * size);
  EXPECT_NEAR(all.gets, 16 * shards.gets, 1e-6);
  EXPECT_GT(all.time, 10 * shards.time);
  const StoreMove copy = restored(copied(), size, nodes);  // without being asked
  EXPECT_EQ(copy.size, 16 * size);
  EXPECT_NEAR(copy.gets, all.gets, 1e-6);
}

TEST(StoreMove, OfACopierHasTenConnectionsANode) {
  const StoreClients nodes{
      .nodes = 16, .ranks_per_node = 8, .ip_bandwidth = BytesPerSecond(12.5e9)};
  const Bytes size(98e9);
  const StoreMove job = saved({}, size, nodes);
  const StoreMove copier = saved(copied(), size, nodes);
  EXPECT_NEAR(copier.puts, job.puts, 1e-6);
  // 740 PUTs of 8.3 MB on 10 connections of 85 MB/s each, half a first byte before them on average.
  const double alone = 740 / 10.0 * (0.15 + 98e9 / 16 / 740 / 85e6);
  EXPECT_NEAR(copier.time.si(), alone, 0.1 * alone);
  EXPECT_GT(copier.time, 3 * job.time);
}

// p5en.48xlarge has 3,200 Gb/s of EFA and 100 Gb/s of IP on one card.
TEST(StoreMove, IsNotFasterThanTheIpBandwidthOfTheNodes) {
  const StoreClients p5en{.nodes = 4,
                          .ranks_per_node = 8,
                          .ip_bandwidth = BytesPerSecond(12.5e9),
                          .efa_bandwidth = BytesPerSecond(400e9)};
  RequestPlan plan;
  plan.part = 64.0 * kMiB;
  plan.connections = 10'000;
  const Bytes size(70e9 * 14);
  const double limit = size.si() / (4 * 12.5e9);
  const double save = saved(plan, size, p5en).time.si();
  const double restore = restored(plan, size, p5en).time.si();
  EXPECT_GE(save, limit);
  EXPECT_GE(restore, limit);
  EXPECT_LT(save, 1.2 * limit);
  EXPECT_LT(restore, 1.2 * limit);
}

TEST(StoreMove, IsNotFasterThanTensorsBecomeBytes) {
  StoreClients nodes = kNodes;
  nodes.serialization = BytesPerSecond(1e9);
  EXPECT_GE(saved({}, kLlama405b, nodes).time.si(), kLlama405b.si() / (2048 * 1e9));
  EXPECT_EQ(restored({}, kLlama405b, nodes).time, restored({}, kLlama405b, kNodes).time);
}

TEST(StoreMove, ToAFileSystemUsesItsOwnNetwork) {
  StoreClients nodes = kNodes;
  const StorageSystem system = fixtures::file_system();
  const StoreMove over_ip = save_to(system, {}, kLlama405b, nodes, 1);
  EXPECT_EQ(over_ip.size, kLlama405b);
  EXPECT_EQ(over_ip.puts, 0);
  EXPECT_GE(over_ip.time.si(), kLlama405b.si() / 200e9);
  const StoreMove all = restore_from(system, {}, Bytes(1e12), nodes, true, 1);
  EXPECT_EQ(all.size, Bytes(2048e12));
  EXPECT_GE(all.time.si(), 2048e12 / 200e9);
}

TEST(Partitions, OfAPlan) {
  RequestPlan plan;
  plan.buckets = 2;
  plan.prefixes = 64;
  EXPECT_EQ(first_partitions(plan), 2);  // prefixes alone have no capacity of their own
  EXPECT_EQ(most_partitions(plan, kNodes), 16'384);
  plan.pre_split = true;
  EXPECT_EQ(first_partitions(plan), 128);
  EXPECT_EQ(most_partitions(hierarchical(plan), kNodes), 2'048);
  EXPECT_EQ(most_partitions(plan, {.nodes = 4, .ranks_per_node = 8}), 128);
}

}  // namespace
}  // namespace sextant
