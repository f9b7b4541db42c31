#include "calibrate/ingest/bus_factor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant::ingest {
namespace {

TEST(BusFactor, IsThatOfNcclTests) {
  EXPECT_DOUBLE_EQ(bus_factor(Operation::kAllReduce, 16), 1.875);
  EXPECT_DOUBLE_EQ(bus_factor(Operation::kAllReduce, 2), 1);
  EXPECT_DOUBLE_EQ(bus_factor(Operation::kAllGather, 8), 0.875);
  EXPECT_DOUBLE_EQ(bus_factor(Operation::kBroadcast, 8), 1);
  EXPECT_EQ(bus_factor(Operation::kPointToPoint, 2), 0);
}

TEST(BusFactor, TellsTheRanks) {
  const auto ranks = ranks_of_factor(Operation::kAllReduce, {1.874, 1.876});
  ASSERT_TRUE(ranks.has_value());
  EXPECT_LT(ranks->low, 16);
  EXPECT_GT(ranks->high, 16);
  EXPECT_FALSE(ranks_of_factor(Operation::kAllGather, {1.2, 1.3}).has_value());
  EXPECT_FALSE(ranks_of_factor(Operation::kAllReduce, {0.8, 0.9}).has_value());
  EXPECT_FALSE(ranks_of_factor(Operation::kBroadcast, {1.2, 1.3}).has_value());
  EXPECT_TRUE(std::isinf(ranks_of_factor(Operation::kBroadcast, {0.9, 1.1})->high));
  EXPECT_TRUE(std::isinf(ranks_of_factor(Operation::kAllReduce, {1.99, 2.01})->high));
}

TEST(BusFactor, MostIntervalsDecide) {
  const std::vector<Interval> intervals{{15, 17}, {15.9, 16.1}, {30, 33}, {10, 16.05}};
  const auto common = most_common(intervals);
  ASSERT_TRUE(common.has_value());
  EXPECT_EQ(common->low, 15.9);
  EXPECT_EQ(common->high, 16.05);
  EXPECT_FALSE(most_common({}).has_value());
}

TEST(BusFactor, Names) {
  EXPECT_EQ(collective_named("all_reduce_perf_mpi"), Operation::kAllReduce);
  EXPECT_EQ(collective_named("alltoall_perf"), Operation::kAllToAll);
  EXPECT_EQ(collective_named("reduce_scatter_perf"), Operation::kReduceScatter);
  EXPECT_EQ(collective_named("reduce_perf"), Operation::kReduce);
  EXPECT_EQ(collective_named("sendrecv_perf"), Operation::kSendRecv);
  EXPECT_EQ(collective_named("allr"), Operation::kAllReduce);
  EXPECT_FALSE(collective_named("alltoallv_perf").has_value());
  EXPECT_FALSE(collective_named("hypercube_perf").has_value());
  EXPECT_EQ(collective_within("p5-all-gather-16.log"), Operation::kAllGather);
  EXPECT_EQ(collective_within("nccl_AllReduce.txt"), Operation::kAllReduce);
  EXPECT_FALSE(collective_within("small_gpu.log").has_value());
}

}  // namespace
}  // namespace sextant::ingest
