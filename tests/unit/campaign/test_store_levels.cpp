#include <gtest/gtest.h>

#include "sextant/campaign/checkpoint_costs.h"
#include "tests/support/stores.h"

namespace sextant {
namespace {

CheckpointPlan plan_to(const char* store) {
  CheckpointPlan plan;
  plan.target = {store};
  plan.requests.part = Bytes(67'108'864);
  plan.requests.max_attempts = 20;
  return plan;
}

CheckpointedJob llama3_405b() {
  CheckpointedJob job;
  job.parameters = 405e9;
  job.nodes = 2048;
  job.nodes_per_replica = 16;
  job.ranks_per_node = 8;
  job.node_ip_bandwidth = BytesPerSecond(12.5e9);
  job.stores = {fixtures::object_store(), fixtures::file_system()};
  return job;
}

// 131,072 requests of 16,384 ranks: 64 partitions take 2,048 each, fewer than in one second.
TEST(StoreLevels, DoubleUntilNothingIsRefused) {
  const auto levels = store_levels(plan_to("bucket"), {}, llama3_405b());
  ASSERT_EQ(levels.size(), 7U);
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
    EXPECT_GT(levels[i].saved.refused, 0) << i;
    EXPECT_GE(levels[i].write, levels[i + 1].write) << i;
    EXPECT_GE(levels[i].restore, levels[i + 1].restore) << i;
  }
  EXPECT_EQ(levels.back().saved.refused, 0);
  EXPECT_EQ(levels.back().write_failure, 0);
  EXPECT_GT(levels.front().write, 30 * levels.back().write);
  EXPECT_GT(levels.front().saved.overloaded, Seconds(20));
}

TEST(StoreLevels, AreOneWherePrefixesWereSplitBefore) {
  CheckpointPlan plan = plan_to("bucket");
  plan.requests.prefixes = 64;
  EXPECT_EQ(store_levels(plan, {}, llama3_405b()).size(), 7U);  // prefixes alone change nothing
  plan.requests.pre_split = true;
  const auto levels = store_levels(plan, {}, llama3_405b());
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels.front().saved.refused, 0);
  EXPECT_NEAR(levels.front().saved.puts, 16'384 * 8, 1e-6);
}

TEST(StoreLevels, FailWhereClientsGiveUp) {
  CheckpointPlan plan = plan_to("bucket");
  plan.requests.max_attempts.reset();
  plan.write_failure = {0.1, "test", "", Method::kAssumed, std::nullopt};
  const auto levels = store_levels(plan, {}, llama3_405b());
  EXPECT_DOUBLE_EQ(levels.front().write_failure, 0.99);
  EXPECT_DOUBLE_EQ(levels.back().write_failure, 0.1);
  // Restores fail, too. They are repeated for the time that it takes to split, or until one works.
  EXPECT_GT(levels.front().restored.failure, 0.99);
  EXPECT_GT(levels.front().restore, 10 * levels.front().restored.time);
}

TEST(StoreLevels, OfAFileSystemAreOne) {
  const CheckpointedJob job = llama3_405b();
  const auto levels = store_levels(plan_to("files"), {}, job);
  ASSERT_EQ(levels.size(), 1U);
  const CheckpointCosts& costs = levels.front();
  EXPECT_NEAR(costs.write.si(), 5.67e12 / 200e9, 0.1);
  EXPECT_EQ(costs.saved.size, costs.size);
  EXPECT_EQ(costs.saved.puts, 0);
}

TEST(StoreLevels, EndInTheCostsOfACheckpoint) {
  const CheckpointPlan plan = plan_to("bucket");
  const CheckpointCosts costs = checkpoint_costs(plan, {}, llama3_405b());
  EXPECT_EQ(costs.write, store_levels(plan, {}, llama3_405b()).back().write);
  EXPECT_EQ(costs.size, Bytes(405e9 * 14));
}

TEST(StoreLevels, LeaveTimesThatAreGivenAsTheyAre) {
  CheckpointPlan plan = plan_to("bucket");
  plan.write_time = {Seconds(7), "test", "", Method::kMeasured, std::nullopt};
  Recovery recovery;
  recovery.restore = {Seconds(9), "test", "", Method::kMeasured, std::nullopt};
  for (const CheckpointCosts& costs : store_levels(plan, recovery, llama3_405b())) {
    EXPECT_EQ(costs.write, Seconds(7));
    EXPECT_EQ(costs.restore, Seconds(9));
  }
}

TEST(StoreLevels, OfOneWriterAreItsOneObject) {
  CheckpointPlan plan = plan_to("bucket");
  plan.writers = CheckpointWriters::kOne;
  CheckpointedJob job = llama3_405b();
  job.parameters = 1e9;
  // 14 GB in parts of 64 MiB: 209, begun and completed.
  EXPECT_NEAR(checkpoint_costs(plan, {}, job).saved.puts, 209 + 2, 1e-9);
}

TEST(StoreLevels, ReadFrozenWeightsAndNeverWriteThem) {
  const CheckpointPlan plan = plan_to("bucket");
  CheckpointedJob job = llama3_405b();
  job.parameters = 1e9;
  job.frozen = Bytes(810e9);
  const CheckpointCosts costs = checkpoint_costs(plan, {}, job);
  EXPECT_EQ(costs.saved.size, Bytes(14e9));
  EXPECT_NEAR(costs.restored.size.si(), 824e9, 1);
}

TEST(StoreLevels, GiveEveryNodeEverythingThatACopierBrings) {
  CheckpointPlan plan = plan_to("bucket");
  plan.requests.sync = StoreSync::kCopier;
  CheckpointedJob job = llama3_405b();
  job.parameters = 70e9;
  job.nodes = 64;
  const CheckpointCosts costs = checkpoint_costs(plan, {}, job);
  EXPECT_EQ(costs.restored.size, 64 * costs.saved.size);
  EXPECT_GT(costs.restore, 30 * costs.write);
}

TEST(FasterTiers, MayBeOneOfTheStores) {
  CheckpointPlan plan = plan_to("bucket");
  FasterTierPlan& tier = plan.faster.emplace_back();
  tier.medium = CheckpointMedium::kFileSystem;
  tier.store = "files";
  const auto tiers = faster_tiers(plan, llama3_405b());
  ASSERT_EQ(tiers.size(), 1U);
  EXPECT_NEAR(tiers.front().costs.write.si(), 5.67e12 / 200e9, 0.1);
  EXPECT_NEAR(tiers.front().costs.restore.si(), 5.67e12 / 200e9, 0.1);
  tier.write_bandwidth = {BytesPerSecond(100e9), "test", "", Method::kAssumed, std::nullopt};
  EXPECT_NEAR(faster_tiers(plan, llama3_405b()).front().costs.write.si(), 5.67e12 / 100e9, 1e-6);
  // The copy to host memory is the tier's, not the store's.
  EXPECT_EQ(checkpoint_costs(plan, {}, llama3_405b()).stall, Seconds(0));
}

}  // namespace
}  // namespace sextant
