#include "sextant/campaign/checkpoint_costs.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

CheckpointPlan plan_of(CheckpointMode mode) {
  CheckpointPlan plan;
  plan.mode = mode;
  plan.bytes_per_parameter.value = 14;
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

TEST(CheckpointCosts, AreWhatThePlanSaysWhereItSays) {
  CheckpointPlan plan = plan_of(CheckpointMode::kAsynchronous);
  const auto given = [](double seconds) {
    Coefficient<Seconds> result;
    result.value = Seconds(seconds);
    return result;
  };
  plan.stall = given(1.5);
  plan.write_time = given(40);
  Recovery recovery;
  recovery.restore = given(90);
  const CheckpointCosts costs = checkpoint_costs(plan, recovery, kLlama405b);
  EXPECT_EQ(costs.stall.si(), 1.5);
  EXPECT_EQ(costs.write.si(), 40);
  EXPECT_EQ(costs.restore.si(), 90);
}

}  // namespace
}  // namespace sextant
