#include "sim/campaign/saved_steps.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

const CheckpointCosts kCosts{.restore = Seconds(10)};

SavedSteps with_tiers(std::vector<FasterTier> tiers) {
  return SavedSteps(tiers, 100, RandomStream(1, "test"));
}

TEST(CopyLossChance, IsThatOfLosingAWholeGroup) {
  EXPECT_EQ(copy_loss_chance(100, 1, 1), 1);
  EXPECT_EQ(copy_loss_chance(100, 2, 1), 0);
  EXPECT_NEAR(copy_loss_chance(100, 2, 2), 1.0 / 99, 1e-12);  // the other one is the partner
  EXPECT_NEAR(copy_loss_chance(99, 3, 3), 2.0 / (98 * 97), 1e-12);
  EXPECT_EQ(copy_loss_chance(4, 2, 4), 1);
}

TEST(SavedSteps, TheNewestCopyIsTaken) {
  SavedSteps saved = with_tiers({{CheckpointMedium::kPeerMemory, 2, kCosts}});
  saved.save_in_store(100);
  EXPECT_EQ(saved.newest(Seconds(60)).step, 100);
  EXPECT_FALSE(saved.newest(Seconds(60)).tier);
  saved.save_in_tier(0, 100);
  EXPECT_TRUE(saved.newest(Seconds(60)).tier);  // it is read faster
  EXPECT_FALSE(saved.newest(Seconds(5)).tier);  // it is not
  saved.save_in_tier(0, 150);
  EXPECT_EQ(saved.newest(Seconds(5)).step, 150);
  EXPECT_EQ(saved.safe(), 100);
}

TEST(SavedSteps, NodesTakeTheirCopiesAlong) {
  SavedSteps saved = with_tiers({{CheckpointMedium::kHostMemory, 1, kCosts},
                                 {CheckpointMedium::kPeerMemory, 2, kCosts},
                                 {CheckpointMedium::kFileSystem, 1, kCosts}});
  for (std::size_t tier = 0; tier < 3; ++tier) {
    saved.save_in_tier(tier, 300 - 100 * static_cast<std::int64_t>(tier));
  }
  saved.lose_nodes(1);
  EXPECT_EQ(saved.newest(Seconds(60)).step, 200);
  saved.lose_nodes(99);
  EXPECT_EQ(saved.newest(Seconds(60)).step, 100);
}

TEST(SavedSteps, BetweenTwoLoadsLossesAddUp) {
  SavedSteps saved(std::vector<FasterTier>{{CheckpointMedium::kPeerMemory, 2, kCosts}}, 2,
                   RandomStream(1, "test"));
  saved.save_in_tier(0, 50);
  saved.lose_nodes(1);
  saved.made_whole();
  saved.lose_nodes(1);
  EXPECT_EQ(saved.newest(Seconds(60)).step, 50);
  saved.lose_nodes(1);  // the partner, before it was replaced
  EXPECT_EQ(saved.newest(Seconds(60)).step, 0);
}

TEST(SavedSteps, CorruptionSpoilsWhatWasSavedSince) {
  SavedSteps saved = with_tiers({{CheckpointMedium::kPeerMemory, 2, kCosts}});
  saved.save_in_store(100);
  saved.corrupt(100);
  saved.save_in_store(200);
  saved.corrupt(200);
  saved.save_in_store(300);
  saved.save_in_tier(0, 320);
  EXPECT_EQ(saved.safe(), 100);
  saved.discard_since(1);
  EXPECT_EQ(saved.newest(Seconds(60)).step, 200);
  EXPECT_EQ(saved.safe(), 100);
  saved.discard_since(0);
  EXPECT_EQ(saved.newest(Seconds(60)).step, 100);
  EXPECT_EQ(saved.safe(), 100);
  saved.discard_since(1);  // it spoilt work that has been discarded
  EXPECT_EQ(saved.newest(Seconds(60)).step, 100);
}

}  // namespace
}  // namespace sextant
