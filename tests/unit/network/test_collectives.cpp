#include "sextant/network/collectives.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

/// 400 GB/s and 2 us in a node, 50 GB/s a rank and 10 us across.
class CollectiveTimerTest : public testing::Test {
 protected:
  CollectiveTimer timer_{{BytesPerSecond(400e9), Seconds(2e-6)},
                         {BytesPerSecond(50e9), Seconds(10e-6)}};
};

TEST_F(CollectiveTimerTest, OneRankCostsNothing) {
  EXPECT_EQ(timer_.all_reduce(Bytes(1e9), {1, 1}), Seconds(0));
}

TEST_F(CollectiveTimerTest, RingInANode) {
  EXPECT_DOUBLE_EQ(timer_.half_all_reduce(Bytes(8e9), {8, 8}).si(), 7e9 / 400e9 + 7 * 2e-6);
}

TEST_F(CollectiveTimerTest, NothingToMoveCostsNothing) {
  EXPECT_EQ(timer_.half_all_reduce(Bytes(0), {64, 8}), Seconds(0));
  EXPECT_EQ(timer_.all_reduce(Bytes(0), {64, 8}), Seconds(0));
  EXPECT_EQ(timer_.all_to_all(Bytes(0), {64, 8}), Seconds(0));
}

TEST_F(CollectiveTimerTest, LargeAllReduceIsTwoHalves) {
  for (const GroupPlacement group : {GroupPlacement{8, 8}, {16, 8}, {64, 1}}) {
    EXPECT_EQ(timer_.all_reduce(Bytes(1e11), group),
              2.0 * timer_.half_all_reduce(Bytes(1e11), group));
  }
}

TEST_F(CollectiveTimerTest, CostIsAFactor) {
  const CollectiveTimer dear{{BytesPerSecond(400e9), Seconds(2e-6)},
                             {BytesPerSecond(50e9), Seconds(10e-6)},
                             nullptr,
                             nullptr,
                             1.5};
  for (const GroupPlacement group : {GroupPlacement{8, 8}, {64, 8}, {512, 8}}) {
    EXPECT_EQ(dear.half_all_reduce(Bytes(1e6), group),
              1.5 * timer_.half_all_reduce(Bytes(1e6), group));
    EXPECT_DOUBLE_EQ(dear.all_reduce(Bytes(1e6), group).si(),
                     1.5 * timer_.all_reduce(Bytes(1e6), group).si());
  }
}

TEST_F(CollectiveTimerTest, ARingAcrossNodesUsesTheCardsOfAllItsRanks) {
  const double one = timer_.half_all_reduce(Bytes(64e9), {64, 1}).si();
  const double four = timer_.half_all_reduce(Bytes(64e9), {64, 4}).si();
  EXPECT_NEAR(one / four, 4.0, 0.01);
}

TEST_F(CollectiveTimerTest, LinksInTheNodeBoundARingAcrossNodes) {
  const CollectiveTimer slow_links{{BytesPerSecond(100e9), Seconds(0)},
                                   {BytesPerSecond(50e9), Seconds(0)}};
  EXPECT_DOUBLE_EQ(slow_links.half_all_reduce(Bytes(16e9), {16, 8}).si(), 15e9 / 100e9);
}

TEST_F(CollectiveTimerTest, RingsTakeAStepForEveryRankTreesForEveryLevel) {
  const auto gather = [&](int nodes) { return timer_.half_all_reduce(Bytes(1), {nodes, 1}).si(); };
  const auto reduce = [&](int nodes) { return timer_.all_reduce(Bytes(1), {nodes, 1}).si(); };
  EXPECT_NEAR(gather(2), 1 * 10e-6, 1e-9);
  EXPECT_NEAR(gather(1024), 1023 * 10e-6, 1e-9);
  EXPECT_NEAR(reduce(2), 2 * 1 * 10e-6, 1e-9);  // the ring
  EXPECT_NEAR(reduce(1024), 2 * 2 * 10 * 10e-6, 1e-9);
}

TEST_F(CollectiveTimerTest, AllToAllIsBoundByWhatLeavesTheNode) {
  EXPECT_EQ(timer_.all_to_all(Bytes(1e9), {1, 1}), Seconds(0));
  EXPECT_DOUBLE_EQ(timer_.all_to_all(Bytes(8e9), {8, 8}).si(), 7e9 / 400e9 + 7 * 2e-6);
  EXPECT_DOUBLE_EQ(timer_.all_to_all(Bytes(16e9), {16, 8}).si(), 8e9 / 50e9 + 15 * 2e-6 + 10e-6);
}

TEST_F(CollectiveTimerTest, PointToPoint) {
  EXPECT_DOUBLE_EQ(timer_.point_to_point(Bytes(4e9), true).si(), 0.01 + 2e-6);
  EXPECT_DOUBLE_EQ(timer_.point_to_point(Bytes(4e9), false).si(), 0.08 + 10e-6);
}

}  // namespace
}  // namespace sextant
