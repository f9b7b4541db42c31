#include "sextant/network/measured_collectives.h"

#include <gtest/gtest.h>

#include "sextant/network/collective_use.h"
#include "sextant/network/collectives.h"
#include "sextant/network/tuner_table.h"
#include "tests/support/measured_node.h"

namespace sextant {
namespace {

constexpr Bytes kGigabyte(1e9);

class MeasuredCollectivesTest : public testing::Test {
 protected:
  CollectiveCoefficients node_ = measured_node();
  MeasuredCollectives measured_{node_};
};

TEST_F(MeasuredCollectivesTest, OneRankCostsNothing) {
  EXPECT_EQ(measured_.all_reduce(kGigabyte, {1, 1}), Seconds(0));
  EXPECT_EQ(measured_.half_all_reduce(kGigabyte, {1, 1}), Seconds(0));
  EXPECT_EQ(measured_.all_to_all(kGigabyte, {1, 1}), Seconds(0));
}

TEST_F(MeasuredCollectivesTest, ARingMakesOneStepLessThanItHasRanks) {
  const double chunk = 1e9 / 64;
  EXPECT_NEAR(measured_.half_all_reduce(kGigabyte, {64, 8}).si(), 63 * (10e-6 + chunk / 320e9),
              1e-12);
}

TEST_F(MeasuredCollectivesTest, AGroupWithOneRankPerNodeHasOneShareOfTheCards) {
  // The same bytes cross per card as in a full ring on eight times the buffer; the steps inside the
  // nodes, 2 us each, fall away.
  const Seconds full = measured_.half_all_reduce(kGigabyte * 8.0, {64, 8});
  const Seconds stride = measured_.half_all_reduce(kGigabyte, {8, 1});
  EXPECT_NEAR(stride.si(), full.si() - 8 * 7 * 2e-6, 1e-9);
}

TEST_F(MeasuredCollectivesTest, FewRanksOfANodeTakeTheRing) {
  EXPECT_EQ(measured_.all_reduce(kGigabyte, {8, 8}), node_.node_all_reduce.at(kGigabyte));
  EXPECT_EQ(measured_.all_reduce(kGigabyte, {4, 4}),
            2.0 * measured_.half_all_reduce(kGigabyte, {4, 4}));
}

TEST_F(MeasuredCollectivesTest, TwoNodesHaveTheirOwnCurve) {
  EXPECT_EQ(measured_.all_reduce(kGigabyte, {16, 8}), node_.two_nodes.at(kGigabyte));
  EXPECT_EQ(measured_.all_reduce(kGigabyte, {8, 4}), node_.two_nodes.at(kGigabyte * 2.0));
}

TEST_F(MeasuredCollectivesTest, TheFasterOfRingAndTree) {
  const GroupPlacement group{512, 8};
  EXPECT_EQ(measured_.algorithm(Bytes(1e6), group), CollectiveAlgorithm::kTree);
  EXPECT_EQ(measured_.algorithm(Bytes(64e9), group), CollectiveAlgorithm::kRing);
  // 6 levels up and down.
  EXPECT_NEAR(measured_.all_reduce(Bytes(1e6), group).si(), 12 * 20e-6 + 1e6 / 100e9, 1e-12);
}

TEST_F(MeasuredCollectivesTest, ATunerDecidesWhereItHasARegion) {
  TunerRegion region;
  region.ranks_per_node = 8;
  region.algorithm = CollectiveAlgorithm::kTree;
  region.vertices = {{1e9, 16}, {1e11, 16}, {1e11, 1024}, {1e9, 1024}};
  node_.regions = {region};
  EXPECT_EQ(measured_.algorithm(Bytes(64e9), {512, 8}), CollectiveAlgorithm::kTree);
  EXPECT_EQ(measured_.algorithm(Bytes(1e9), {16, 8}), CollectiveAlgorithm::kTree);  // a corner
  EXPECT_EQ(measured_.algorithm(Bytes(64e9), {4096, 8}), CollectiveAlgorithm::kRing);
  EXPECT_EQ(measured_.algorithm(Bytes(64e9), {256, 4}), CollectiveAlgorithm::kRing);
}

TEST_F(MeasuredCollectivesTest, AllToAllIsBoundByWhatLeavesTheNode) {
  const double share = 64e6 / 32;
  EXPECT_NEAR(measured_.all_to_all(Bytes(64e6), {32, 8}).si(), 24 * (5e-6 + share / 40e9), 1e-9);
  node_.all_to_all_congestion.value = 0.4;  // half of which four nodes feel
  EXPECT_NEAR(measured_.all_to_all(Bytes(64e6), {32, 8}).si(), 1.2 * 24 * (5e-6 + share / 40e9),
              1e-9);
}

TEST_F(MeasuredCollectivesTest, TheTimerUsesThem) {
  CollectiveUse use;
  const NetworkLevel level{BytesPerSecond(1), Seconds(1)};
  const CollectiveTimer timer(level, level, &node_, &use);
  EXPECT_EQ(timer.all_reduce(kGigabyte, {64, 8}), measured_.all_reduce(kGigabyte, {64, 8}));
  EXPECT_EQ(timer.half_all_reduce(kGigabyte, {64, 8}),
            measured_.half_all_reduce(kGigabyte, {64, 8}));
  EXPECT_EQ(timer.all_to_all(kGigabyte, {64, 8}), measured_.all_to_all(kGigabyte, {64, 8}));
  EXPECT_EQ(timer.point_to_point(kGigabyte, false), node_.message.at(kGigabyte));
  EXPECT_EQ(timer.point_to_point(kGigabyte, true), node_.node_ring.at(kGigabyte));
}

FitErrors measured(const char* operation, int nodes, double smallest, double largest) {
  FitErrors errors;
  errors.operation = operation;
  errors.nodes = nodes;
  errors.smallest = Bytes(smallest);
  errors.largest = Bytes(largest);
  return errors;
}

TEST_F(MeasuredCollectivesTest, UseBeyondTheMeasurementsIsSaid) {
  node_.errors = {measured("all_gather", 2, 16e6, 1.6e9), measured("all_gather", 8, 64e6, 6.4e9)};
  CollectiveUse use;
  use.record(CollectiveKind::kHalfAllReduce, Bytes(32e6), {32, 8});
  use.record(CollectiveKind::kHalfAllReduce, Bytes(8e9), {8, 8});  // within a node
  use.record(CollectiveKind::kAllReduce, Bytes(4), {64, 8});       // nothing but latency
  EXPECT_EQ(use.beyond(node_), std::vector<std::string>{});
  use.record(CollectiveKind::kHalfAllReduce, Bytes(512e6), {128, 8});
  use.record(CollectiveKind::kHalfAllReduce, Bytes(16e9), {64, 8});
  use.record(CollectiveKind::kAllToAll, Bytes(1e6), {64, 8});
  EXPECT_EQ(use.beyond(node_), (std::vector<std::string>{
                                   "all-gather across 16 nodes: measured on 2 to 8",
                                   "all-gather of 250 MB per rank: measured from 1 MB to 100 MB",
                                   "all-to-all across nodes was not measured on this instance"}));
}

TEST(TunerTable, KnowsItsInstances) {
  TunerTable table;
  table.platforms.push_back({.instances = {"p5.48xlarge"}, .regions = {TunerRegion()}});
  EXPECT_EQ(table.regions_for("p5.48xlarge").size(), 1U);
  EXPECT_TRUE(table.regions_for("p4d.24xlarge").empty());
}

}  // namespace
}  // namespace sextant
