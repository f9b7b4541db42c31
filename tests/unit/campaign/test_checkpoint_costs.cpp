#include "sextant/campaign/checkpoint_costs.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sextant {
namespace {

CheckpointPlan plan_of(CheckpointMode mode) {
  CheckpointPlan plan;
  plan.mode = mode;
  plan.copy_bandwidth.value = BytesPerSecond(40e9);
  plan.slowdown.value = 0.25;
  plan.storage.write_bandwidth.value = BytesPerSecond(200e9);
  plan.storage.read_bandwidth.value = BytesPerSecond(400e9);
  return plan;
}

const CheckpointedJob kLlama405b{
    .parameters = 405e9, .frozen = {}, .nodes = 2048, .node_ip_bandwidth = {}};

TEST(CheckpointCosts, FollowFromSizeAndBandwidth) {
  const CheckpointCosts costs =
      checkpoint_costs(plan_of(CheckpointMode::kAsynchronous), Recovery(), kLlama405b);
  EXPECT_NEAR(costs.write.si(), 5.67e12 / 200e9, 1e-9);
  EXPECT_NEAR(costs.restore.si(), 5.67e12 / 400e9, 1e-9);
  EXPECT_NEAR(costs.stall.si(), 5.67e12 / 2048 / 40e9, 1e-9);
  EXPECT_NEAR(costs.overhead().si(), costs.stall.si() + 0.2 * costs.write.si(), 1e-9);
}

TEST(CheckpointCosts, ReadWhatIsFrozenBesidesAndNeverWriteIt) {
  CheckpointedJob adapters = kLlama405b;
  adapters.parameters = 1e9;
  adapters.frozen = Bytes(2 * 405e9);
  const CheckpointCosts costs =
      checkpoint_costs(plan_of(CheckpointMode::kAsynchronous), Recovery(), adapters);
  EXPECT_NEAR(costs.write.si(), 14e9 / 200e9, 1e-9);
  EXPECT_NEAR(costs.stall.si(), 14e9 / 2048 / 40e9, 1e-9);
  EXPECT_NEAR(costs.restore.si(), (14e9 + 810e9) / 400e9, 1e-9);
}

TEST(CheckpointCosts, OfABlockingWriteAreTheWrite) {
  const CheckpointCosts costs =
      checkpoint_costs(plan_of(CheckpointMode::kBlocking), Recovery(), kLlama405b);
  EXPECT_EQ(costs.overhead().si(), costs.write.si());
}

TEST(CheckpointCosts, OfAFewNodesAreLimitedByTheirIpBandwidth) {
  const CheckpointedJob job{
      .parameters = 70e9, .frozen = {}, .nodes = 4, .node_ip_bandwidth = BytesPerSecond(12.5e9)};
  const CheckpointCosts costs =
      checkpoint_costs(plan_of(CheckpointMode::kBlocking), Recovery(), job);
  EXPECT_NEAR(costs.write.si(), 70e9 * 14 / 50e9, 1e-9);
  EXPECT_NEAR(costs.restore.si(), 70e9 * 14 / 50e9, 1e-9);
}

template <class T>
Coefficient<T> given(T value) {
  return {value, "", "", Method::kAssumed, {}};
}
Coefficient<Seconds> given_time(double seconds) { return given(Seconds(seconds)); }

TEST(CheckpointCosts, AreThoseOfTheNodesThatWrite) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  CheckpointedJob job = kLlama405b;
  job.node_ip_bandwidth = BytesPerSecond(12.5e9);
  job.nodes_per_replica = 16;
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).write.si(), 5.67e12 / 200e9, 1e-9);
  plan.writers = CheckpointWriters::kOneReplica;
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).write.si(), 5.67e12 / 200e9, 1e-9);
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).stall.si(), 5.67e12 / 16 / 40e9, 1e-9);
  plan.serialization_bandwidth = given(BytesPerSecond(2e9));
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).write.si(), 5.67e12 / 32e9, 1e-9);
  plan.writers = CheckpointWriters::kOne;
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).write.si(), 5.67e12 / 2e9, 1e-9);
  plan.serialization_bandwidth.reset();
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).write.si(), 5.67e12 / 12.5e9, 1e-9);
  // Every node reads its own share, whoever wrote it.
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).restore.si(), 5.67e12 / 400e9, 1e-9);
}

TEST(CheckpointCosts, OfAFolderThatEveryNodeGetsGrowWithTheNodes) {
  CheckpointPlan plan = plan_of(CheckpointMode::kBlocking);
  plan.restore = RestoreKind::kEverything;
  CheckpointedJob job{
      .parameters = 70e9, .frozen = {}, .nodes = 16, .node_ip_bandwidth = BytesPerSecond(12.5e9)};
  // 16 nodes could take 200 GB/s of the store's 400: each reads 980 GB at its own pace.
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).restore.si(), 70e9 * 14 / 12.5e9, 1e-9);
  job.nodes = 64;  // now the store limits
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).restore.si(), 64 * 70e9 * 14 / 400e9, 1e-9);
}

TEST(CheckpointCosts, SizeFollowsFromTheJobWhereThePlanDoesNotSay) {
  CheckpointPlan plan = plan_of(CheckpointMode::kBlocking);
  CheckpointedJob job = kLlama405b;
  EXPECT_EQ(checkpoint_costs(plan, {}, job).size, Bytes(405e9 * 14));
  job.bytes_per_parameter = 8;
  EXPECT_EQ(checkpoint_costs(plan, {}, job).size, Bytes(405e9 * 8));
  plan.bytes_per_parameter = given(12.0);
  EXPECT_EQ(checkpoint_costs(plan, {}, job).size, Bytes(405e9 * 12));
}

// BLOOM-176B on 48 nodes: 2.3 TB in 40 s (57.5 GB/s) every three hours, 0.37 % of the time
// (BigScience, chronicles of the 176B training). The size is the forecast of bf16 Adam.
TEST(CheckpointCosts, AgreeWithWhatBloomMeasured) {
  CheckpointPlan plan = plan_of(CheckpointMode::kBlocking);
  plan.storage.write_bandwidth.value = BytesPerSecond(57.5e9);
  const CheckpointedJob bloom{
      .parameters = 176.2e9, .frozen = {}, .nodes = 48, .node_ip_bandwidth = {}};
  const CheckpointCosts costs = checkpoint_costs(plan, {}, bloom);
  EXPECT_NEAR(costs.size.si(), 2.3e12, 0.08 * 2.3e12);
  EXPECT_NEAR(costs.write.si(), 40, 0.08 * 40);
  EXPECT_NEAR(costs.overhead() / (3.0 * kHour), 0.0037, 0.08 * 0.0037);
}

// PyTorch's distributed checkpoint of Llama 3 8B on 512 H100 stops training for 0.06 s with the
// copy in pinned memory, 0.5 s without. The default bandwidth of the copy has a range.
TEST(CheckpointCosts, StallOfPinnedMemoryIsWithinTheRangeOfTheCopy) {
  const CheckpointedJob llama8b{
      .parameters = 8.03e9, .frozen = {}, .nodes = 64, .node_ip_bandwidth = {}};
  CheckpointPlan plan;
  const std::array<BytesPerSecond, 2> range = *plan.copy_bandwidth.range;
  plan.copy_bandwidth.value = range[1];
  EXPECT_LT(checkpoint_costs(plan, {}, llama8b).stall.si(), 0.06);
  plan.copy_bandwidth.value = range[0];
  EXPECT_GT(checkpoint_costs(plan, {}, llama8b).stall.si(), 0.06);
}

/// 1 TB on 10 nodes: 100 GB on each, copied in 2.5 s.
const CheckpointedJob kTenNodes{.parameters = 1e12 / 14,
                                .frozen = {},
                                .nodes = 10,
                                .node_ip_bandwidth = BytesPerSecond(10e9),
                                .node_network_bandwidth = BytesPerSecond(50e9),
                                .node_disk_bandwidth = BytesPerSecond(20e9)};

FasterTierPlan tier_of(CheckpointMedium medium) {
  FasterTierPlan tier;
  tier.medium = medium;
  return tier;
}

TEST(FasterTiers, FollowFromTheNodesBandwidths) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  plan.faster = {tier_of(CheckpointMedium::kHostMemory), tier_of(CheckpointMedium::kPeerMemory),
                 tier_of(CheckpointMedium::kNvme), tier_of(CheckpointMedium::kFileSystem)};
  plan.faster[1].copies = 3;
  plan.faster[3].write_bandwidth = given(BytesPerSecond(50e9));
  plan.faster[3].read_bandwidth = given(BytesPerSecond(200e9));
  const std::vector<FasterTier> tiers = faster_tiers(plan, kTenNodes);
  ASSERT_EQ(tiers.size(), 4U);
  const auto expect = [](const CheckpointCosts& costs, double stall, double write, double restore) {
    EXPECT_NEAR(costs.stall.si(), stall, 1e-9);
    EXPECT_NEAR(costs.write.si(), write, 1e-9);
    EXPECT_NEAR(costs.restore.si(), restore, 1e-9);
  };
  // The first pays for the copy, the others write it further.
  expect(tiers[0].costs, 2.5, 0, 2.5);
  expect(tiers[1].costs, 0, 2 * 2.0, 2.5);
  expect(tiers[2].costs, 0, 5, 5);
  expect(tiers[3].costs, 0, 20, 10);  // 10 nodes with 10 GB/s each
  EXPECT_EQ(tiers[0].copies, 1);
  EXPECT_EQ(tiers[1].copies, 3);
  EXPECT_NEAR(tiers[0].held.si(), 100e9, 1);
  EXPECT_NEAR(tiers[1].held.si(), 300e9, 1);
  const CheckpointCosts store = checkpoint_costs(plan, {}, kTenNodes);
  expect(store, 0, 10, 10);
}

TEST(FasterTiers, OnDisksAreWrittenAtTheSpeedOfWrites) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  plan.faster = {tier_of(CheckpointMedium::kHostMemory), tier_of(CheckpointMedium::kNvme)};
  CheckpointedJob job = kTenNodes;
  job.node_disk_write_bandwidth = BytesPerSecond(10e9);
  const std::vector<FasterTier> tiers = faster_tiers(plan, job);
  EXPECT_NEAR(tiers[1].costs.write.si(), 10, 1e-9);
  EXPECT_NEAR(tiers[1].costs.restore.si(), 5, 1e-9);
}

TEST(FasterTiers, ThatBlockTrainingTakeTheCopyAndTheWrite) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  plan.faster = {tier_of(CheckpointMedium::kPeerMemory)};
  plan.faster[0].mode = CheckpointMode::kBlocking;
  const std::vector<FasterTier> tiers = faster_tiers(plan, kTenNodes);
  EXPECT_EQ(tiers[0].copies, 2);
  EXPECT_NEAR(tiers[0].costs.write.si(), 2.5 + 2, 1e-9);
  EXPECT_NEAR(tiers[0].costs.overhead().si(), 2.5 + 2, 1e-9);
}

TEST(FasterTiers, AreWhatThePlanSaysWhereItSays) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  FasterTierPlan tier = tier_of(CheckpointMedium::kNvme);
  tier.stall = given_time(1);
  tier.write_time = given_time(2);
  tier.restore = given_time(3);
  tier.slowdown.value = 0.1;
  plan.faster = {tier};
  const CheckpointCosts costs = faster_tiers(plan, kTenNodes).front().costs;
  EXPECT_EQ(costs.stall.si(), 1);
  EXPECT_EQ(costs.write.si(), 2);
  EXPECT_EQ(costs.restore.si(), 3);
  EXPECT_EQ(costs.slowdown, 0.1);
}

TEST(FasterTiers, ReadWhatIsFrozenFromTheStore) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  plan.faster = {tier_of(CheckpointMedium::kHostMemory)};
  CheckpointedJob job = kTenNodes;
  job.frozen = Bytes(100e9);
  EXPECT_NEAR(faster_tiers(plan, job).front().costs.restore.si(), 2.5 + 1, 1e-9);
}

TEST(CheckpointCosts, AreWhatThePlanSaysWhereItSays) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  plan.stall = given_time(1.5);
  plan.write_time = given_time(40);
  Recovery recovery;
  recovery.restore = given_time(90);
  const CheckpointCosts costs = checkpoint_costs(plan, recovery, kLlama405b);
  EXPECT_EQ(costs.stall.si(), 1.5);
  EXPECT_EQ(costs.write.si(), 40);
  EXPECT_EQ(costs.restore.si(), 90);
}

}  // namespace
}  // namespace sextant
