#include "src/scenario/target_tiers.h"

#include <gtest/gtest.h>

#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/scenario/read_scenario.h"

namespace sextant::scenario {
namespace {

const std::string kSource = SEXTANT_SOURCE_DIR;

CheckpointPlan plan_to(std::vector<std::string> target) {
  CheckpointPlan plan;
  plan.target = std::move(target);
  return plan;
}

TEST(TargetTiers, AreTheMediaAndFileSystemsBeforeTheStore) {
  const auto tiers = tiers_of(plan_to({"peer_memory", "scratch", "s3-standard"}));
  ASSERT_EQ(tiers.size(), 2U);
  EXPECT_EQ(tiers[0].medium, CheckpointMedium::kPeerMemory);
  EXPECT_FALSE(tiers[0].store);
  EXPECT_EQ(tiers[1].medium, CheckpointMedium::kFileSystem);
  EXPECT_EQ(tiers[1].store, "scratch");
}

TEST(TargetTiers, AreAsThePlanHasThem) {
  CheckpointPlan plan = plan_to({"nvme", "peer_memory", "s3-standard"});
  plan.faster.resize(1);
  plan.faster[0].medium = CheckpointMedium::kPeerMemory;
  plan.faster[0].copies = 3;
  const auto tiers = tiers_of(plan);
  ASSERT_EQ(tiers.size(), 2U);
  EXPECT_EQ(tiers[0].medium, CheckpointMedium::kNvme);
  EXPECT_EQ(tiers[1].copies, 3);
}

TEST(TargetTiers, AreThoseOfThePlanWhereTheTargetIsAStore) {
  CheckpointPlan plan = plan_to({"s3-standard"});
  plan.faster.resize(2);
  EXPECT_EQ(tiers_of(plan).size(), 2U);
  EXPECT_TRUE(tiers_of(plan_to({"s3-standard"})).empty());
}

TEST(TargetTiers, AreReadOnce) {
  catalog::Catalogue catalogue(kSource + "/tests/data/models");
  const Scenario scenario = read_scenario(kSource + "/tests/data/good/target.json", catalogue);
  ASSERT_EQ(scenario.checkpoint.faster.size(), 2U);
  EXPECT_EQ(std::get<Seconds>(scenario.checkpoint.faster[1].interval), 30.0 * kMinute);
  const std::string text = io::to_text(io::write_value(scenario));
  const Scenario again = read_scenario_text("again.json", text, catalogue);
  EXPECT_EQ(io::to_text(io::write_value(again)), text);
}

}  // namespace
}  // namespace sextant::scenario
