#include "sextant/campaign/tier_survival.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

FailureCause cause(double weight, Remedy remedy) {
  FailureCause result;
  result.weight.value = weight;
  result.remedy = remedy;
  return result;
}

/// 100 nodes; three of four failures take a node, as many more failures are of the job.
CampaignInputs run_with(std::vector<FasterTier> tiers) {
  CampaignInputs inputs;
  inputs.nodes = 100;
  inputs.phases = {steady_phase(Seconds(1), 1000, {})};
  inputs.phases.front().faster = std::move(tiers);
  inputs.failures.node_life.value = 100.0 * kDay;
  inputs.failures.job_life = Coefficient<Seconds>{kDay, "", "", Method::kAssumed, {}};
  inputs.failures.causes = {cause(3, Remedy::kReplace), cause(1, Remedy::kRestart)};
  return inputs;
}

const FasterTier kOwnMemory{.medium = CheckpointMedium::kHostMemory, .copies = 1, .costs = {}};
const FasterTier kPeers{.medium = CheckpointMedium::kPeerMemory, .copies = 2, .costs = {}};
const FasterTier kDisks{.medium = CheckpointMedium::kNvme, .copies = 1, .costs = {}};
const FasterTier kFiles{.medium = CheckpointMedium::kFileSystem, .copies = 1, .costs = {}};

TEST(ShareLost, OfNoTierIsEverything) { EXPECT_EQ(share_lost(run_with({}), 0), 1); }

TEST(ShareLost, IsThatOfTheNodesThatAreReplaced) {
  EXPECT_DOUBLE_EQ(share_lost(run_with({kOwnMemory}), 1), 3.0 / 8);
  EXPECT_DOUBLE_EQ(share_lost(run_with({kDisks}), 1), 3.0 / 8);
  EXPECT_EQ(share_lost(run_with({kPeers}), 1), 0);
  EXPECT_EQ(share_lost(run_with({kFiles}), 1), 0);
}

TEST(ShareLost, OfSeveralTiersIsThatOfTheSafest) {
  EXPECT_DOUBLE_EQ(share_lost(run_with({kOwnMemory, kDisks}), 2), 3.0 / 8);
  EXPECT_EQ(share_lost(run_with({kOwnMemory, kPeers}), 2), 0);
  EXPECT_DOUBLE_EQ(share_lost(run_with({kOwnMemory, kPeers}), 1), 3.0 / 8);
}

TEST(ShareLost, RebootsEmptyMemories) {
  CampaignInputs inputs = run_with({kOwnMemory, kDisks});
  inputs.recovery.reboot = Coefficient<Seconds>{kMinute, "", "", Method::kAssumed, {}};
  EXPECT_EQ(share_lost(inputs, 1), 1);
  EXPECT_DOUBLE_EQ(share_lost(inputs, 2), 3.0 / 8);
}

TEST(ShareLost, SilentCorruptionSpoilsEveryTier) {
  CampaignInputs inputs = run_with({kPeers, kFiles});
  inputs.failures.causes.back().symptom = Symptom::kSilentCorruption;
  EXPECT_DOUBLE_EQ(share_lost(inputs, 2), 1.0 / 8);
}

TEST(ShareLost, NodesThatFailTogetherTakeSomeShardsPeersAlong) {
  CampaignInputs inputs = run_with({kPeers});
  inputs.failures.causes.clear();
  inputs.failures.job_life.reset();
  inputs.failures.node_life.value = 1e9 * kDay;
  FailureDomain rack;
  rack.nodes = 10;
  rack.life.value = kDay;
  rack.remedy = Remedy::kReplace;
  inputs.failures.domains = {rack};
  // The other copy is in another rack.
  EXPECT_EQ(share_lost(inputs, 1), 0);
  inputs.failures.domains.front().remedy = Remedy::kRestart;
  EXPECT_EQ(share_lost(inputs, 1), 0);
}

}  // namespace
}  // namespace sextant
