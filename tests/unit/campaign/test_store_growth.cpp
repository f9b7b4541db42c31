#include "sim/campaign/store_growth.h"

#include <gtest/gtest.h>

#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

constexpr Seconds kSplit = Seconds(100);

/// 100 steps of 10 s with a blocking checkpoint after every tenth: 40 s at first, 20 s after a
/// split, 10 s after two. Each overloads the store for 30 s until then.
CampaignInputs growing_run() {
  CampaignInputs inputs;
  CheckpointCosts costs{.mode = CheckpointMode::kBlocking, .write = Seconds(10)};
  costs.saved = {.size = Bytes(1e9), .puts = 8};
  inputs.phases = {steady_phase(Seconds(10), 100, costs)};
  for (const double write : {40, 20}) {
    costs.write = Seconds(write);
    costs.saved.refused = write;
    costs.saved.overloaded = Seconds(30);
    inputs.phases.front().growing.push_back(costs);
  }
  inputs.interval = Seconds(100);
  inputs.split_after = Coefficient<Seconds>{kSplit, "", "", Method::kAssumed, {}};
  inputs.recovery.restart.value = Seconds(0);
  inputs.failures = FailureProfile();
  return inputs;
}

TEST(StoreGrowth, SplitsAfterSoMuchOverload) {
  const CampaignInputs inputs = growing_run();
  const CampaignPhase& phase = inputs.phases.front();
  StoreGrowth store(inputs, 1, 0, 0);
  EXPECT_EQ(store.costs(phase).write.si(), 40);
  EXPECT_EQ(store.writes_until_split(phase), 4);
  store.write(phase, 3, 3);
  EXPECT_EQ(store.level(), 0U);
  EXPECT_EQ(store.writes_until_split(phase), 1);
  store.write(phase, 1, 0);
  EXPECT_EQ(store.level(), 1U);
  EXPECT_EQ(store.costs(phase).write.si(), 20);
  store.write(phase, 4, 4);
  EXPECT_EQ(store.costs(phase).write.si(), 10);
  EXPECT_FALSE(store.writes_until_split(phase));
  EXPECT_EQ(store.traffic().writes, 8);
  EXPECT_EQ(store.traffic().durable, 7);
  EXPECT_EQ(store.traffic().puts, 8 * 8);
  EXPECT_EQ(store.traffic().refused, 4 * 40 + 4 * 20);
}

TEST(StoreGrowth, ARunWritesFasterAfterEachSplit) {
  UsageTotals usage;
  const CampaignResult result = run_campaign(growing_run(), {}, usage);
  EXPECT_EQ(result.checkpoints, 10);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kCheckpointStall).si(), 4 * 40 + 4 * 20 + 2 * 10);
  EXPECT_DOUBLE_EQ(usage.job_time(NodeState::kTraining).si(), 1000);
  EXPECT_NEAR(usage.job_time(NodeState::kTrainingLost).si(), 0, 1e-6);
  EXPECT_EQ(result.store.puts, 80);
}

TEST(StoreGrowth, TheTimeUntilASplitIsDrawnFromItsRange) {
  CampaignInputs inputs = growing_run();
  inputs.split_after->range = {Seconds(100), Seconds(300)};
  const CampaignPhase& phase = inputs.phases.front();
  std::int64_t fewest = 100;
  std::int64_t most = 0;
  for (std::uint32_t replica = 0; replica < 100; ++replica) {
    const std::int64_t writes = *StoreGrowth(inputs, 1, replica, 0).writes_until_split(phase);
    fewest = std::min(fewest, writes);
    most = std::max(most, writes);
  }
  EXPECT_EQ(fewest, 4);
  EXPECT_EQ(most, 10);
}

TEST(StoreGrowth, WhatIsNotOverloadedDoesNotGrow) {
  CampaignInputs inputs = growing_run();
  for (CheckpointCosts& costs : inputs.phases.front().growing) costs.saved.overloaded = Seconds(0);
  EXPECT_FALSE(StoreGrowth(inputs, 1, 0, 0).writes_until_split(inputs.phases.front()));
}

TEST(DataCosts, AreMetAtTheStartAndWhereNodesAreNew) {
  CampaignInputs inputs = growing_run();
  inputs.phases.front().growing.clear();
  inputs.phases.front().runs.front().data_stall = Seconds(4);
  inputs.data = {.load = Seconds(300), .load_new_node = Seconds(50)};
  inputs.nodes = 4;
  inputs.fleet.spares = 2;
  UsageTotals calm;
  run_campaign(inputs, {}, calm);
  EXPECT_EQ(calm.job_time(NodeState::kLoadingData).si(), 300);
  EXPECT_EQ(calm.job_time(NodeState::kWaitingForData).si(), 400);
  EXPECT_EQ(calm.job_time(NodeState::kTraining).si(), 600);
  inputs.failures.node_life.value = Seconds(10'000);
  UsageTotals rough;
  const CampaignResult result = run_campaign(inputs, {.seed = 5}, rough);
  ASSERT_GT(result.nodes_swapped, 0);
  EXPECT_GE(rough.job_time(NodeState::kLoadingData).si(), 350);
  EXPECT_EQ(rough.job_time(NodeState::kWaitingForData).si(), 400);
}

}  // namespace
}  // namespace sextant
