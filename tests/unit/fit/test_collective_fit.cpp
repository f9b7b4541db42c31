#include "calibrate/fit/collective_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sextant/network/measured_collectives.h"
#include "tests/support/measured_node.h"

namespace sextant::fit {
namespace {

using ingest::Operation;

const CollectivePrior kPrior{
    .ranks_per_node = 8, .link = BytesPerSecond(450e9), .network = BytesPerSecond(400e9)};
const CollectiveFitOptions kOptions{.source = "a test", .date = "2026-01-01"};

/// What `truth` takes on some nodes, for buffers of 1 MiB to 4 GiB.
std::vector<CollectivePoint> points_of(const CollectiveCoefficients& truth, Operation operation,
                                       const std::vector<int>& nodes) {
  std::vector<CollectivePoint> points;
  for (const int n : nodes) {
    for (double bytes = 1048576.0; bytes <= 4.3e9; bytes *= 2.0) {
      CollectivePoint point{.operation = operation,
                            .bytes = Bytes(bytes),
                            .ranks = 8 * n,
                            .per_node = 8,
                            .time = Seconds(0)};
      point.time = forecast(truth, point);
      points.push_back(point);
    }
  }
  return points;
}

double worst_error(const CollectiveCoefficients& fitted,
                   const std::vector<CollectivePoint>& points) {
  double worst = 0.0;
  for (const CollectivePoint& point : points) {
    worst = std::max(worst, std::abs(forecast(fitted, point) / point.time - 1.0));
  }
  return worst;
}

TEST(CollectiveFit, ARingMeasuredOnTwoAndFourNodesForecastsSixteen) {
  const CollectiveCoefficients truth = measured_node();
  const auto fitted =
      fit_collectives(kPrior, points_of(truth, Operation::kAllGather, {2, 4}), kOptions);
  EXPECT_LT(worst_error(fitted, points_of(truth, Operation::kAllGather, {2, 4})), 0.03);
  EXPECT_LT(worst_error(fitted, points_of(truth, Operation::kAllGather, {16})), 0.06);
  EXPECT_EQ(fitted.ring.method, Method::kFitted);
  EXPECT_EQ(fitted.ring.source, "a test");
  EXPECT_EQ(fitted.all_reduce_ring.method, Method::kDerived);
  EXPECT_EQ(fitted.node_ring.method, Method::kAssumed);
}

TEST(CollectiveFit, AllToAllLikewise) {
  CollectiveCoefficients truth = measured_node();
  truth.all_to_all_congestion.value = 0.5;
  const auto fitted =
      fit_collectives(kPrior, points_of(truth, Operation::kAllToAll, {2, 4, 8}), kOptions);
  EXPECT_LT(worst_error(fitted, points_of(truth, Operation::kAllToAll, {16})), 0.08);
}

TEST(CollectiveFit, RingsAndTreesOfAnAllReduce) {
  const CollectiveCoefficients truth = measured_node();
  const auto points = points_of(truth, Operation::kAllReduce, {1, 2, 4, 8, 16});
  const auto fitted = fit_collectives(kPrior, points, kOptions);
  EXPECT_LT(worst_error(fitted, points), 0.05);
  EXPECT_LT(worst_error(fitted, points_of(truth, Operation::kAllReduce, {32})), 0.15);
}

TEST(CollectiveFit, AnOutlierMovesLittle) {
  const CollectiveCoefficients truth = measured_node();
  auto points = points_of(truth, Operation::kAllGather, {2, 4, 8});
  points[7].time = points[7].time * 10.0;
  const auto fitted = fit_collectives(kPrior, points, kOptions);
  EXPECT_LT(worst_error(fitted, points_of(truth, Operation::kAllGather, {2, 4, 8})), 0.05);
}

TEST(CollectiveFit, WhatLinksCannotDoIsLeftOut) {
  CollectivePoint point{.operation = Operation::kAllGather,
                        .bytes = Bytes(8e9),
                        .ranks = 16,
                        .per_node = 8,
                        .time = Seconds(0.0101)};
  EXPECT_DOUBLE_EQ(least_time(kPrior, point).si(), 4e9 / 400e9);
  EXPECT_EQ(why_left_out(kPrior, point), nullptr);
  point.time = Seconds(0.009);
  EXPECT_NE(why_left_out(kPrior, point), nullptr);
  point.operation = Operation::kAllReduce;  // a switch may add
  point.time = Seconds(0.0201);
  EXPECT_EQ(why_left_out(kPrior, point), nullptr);
  point.operation = Operation::kAllToAll;  // half of 8 x 8 GB leaves each node
  EXPECT_DOUBLE_EQ(least_time(kPrior, point).si(), 32e9 / 400e9);
  point.operation = Operation::kAllReduce;
  point.per_node = 2;
  EXPECT_STREQ(why_left_out(kPrior, point),
               "faster than the links of the instance allow: wrong ranks, bytes or instance");
  point.time = Seconds(1);
  EXPECT_STREQ(why_left_out(kPrior, point), "half of a node's ranks or fewer took part");
}

TEST(CollectiveFit, WithoutPointsItIsTheStart) {
  const CollectiveCoefficients start = fit_collectives(kPrior, {}, kOptions);
  EXPECT_EQ(start.ring.method, Method::kAssumed);
  EXPECT_EQ(start.ring.samples, 0);
  const CollectivePoint large{.operation = Operation::kAllGather,
                              .bytes = Bytes(16e9),
                              .ranks = 64,
                              .per_node = 8,
                              .time = Seconds(1)};
  // 0.85 of the line rate, and 63 steps of 12 us.
  EXPECT_NEAR(forecast(start, large).si(), 63.0 / 64 * 16e9 / 340e9 + 63 * 12e-6, 1e-4);
}

TEST(CollectiveFit, SpreadSaysHowFarPointsScatter) {
  const CollectiveCoefficients truth = measured_node();
  const auto points = points_of(truth, Operation::kAllGather, {2, 4, 8});
  const auto exact = fit_collectives(kPrior, points, kOptions);
  std::vector<CollectivePoint> two_modes;
  for (const CollectivePoint& point : points) {
    for (const double factor : {1.2, 1.0 / 1.2}) {
      two_modes.push_back(point);
      two_modes.back().time = point.time * factor;
    }
  }
  const auto bimodal = fit_collectives(kPrior, two_modes, kOptions);
  EXPECT_LT(exact.log_spread.value, 0.02);
  EXPECT_NEAR(bimodal.log_spread.value, std::log(1.2), 0.06);
}

TEST(LeaveOneNodeCountOut, JudgesWhatScalesWithNodes) {
  const CollectiveCoefficients truth = measured_node();
  auto points = points_of(truth, Operation::kAllGather, {1, 2, 4, 8});
  const auto two = points_of(truth, Operation::kAllReduce, {2});
  points.insert(points.end(), two.begin(), two.end());
  const CollectiveErrors errors =
      leave_one_node_count_out(kPrior, points, kOptions, fit_collectives(kPrior, points, kOptions));
  ASSERT_EQ(errors.by_count.size(), 5U);
  EXPECT_EQ(errors.by_count[0].operation, "all_reduce");
  EXPECT_FALSE(errors.by_count[0].left_out_median) << "two nodes have a curve of their own";
  EXPECT_FALSE(errors.by_count[1].left_out_median) << "and so has one";
  EXPECT_TRUE(errors.by_count[2].left_out_median);
  EXPECT_LT(errors.left_out_median, 0.05);
  EXPECT_EQ(errors.points, 3 * 13);
}

}  // namespace
}  // namespace sextant::fit
