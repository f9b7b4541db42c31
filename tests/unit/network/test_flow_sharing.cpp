#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/flow_problems.h"
#include "tests/support/reference_flows.h"

namespace sextant {
namespace {

using fixtures::at_once;
using fixtures::kUnlimited;
using fixtures::reference_flows;
using fixtures::transfer;
using ::testing::DoubleNear;
using ::testing::ElementsAre;

TEST(FlowSharing, TwoFlowsHaveHalfALinkEach) {
  const std::vector<TransferPattern> flows{{100.0, {{0, 1.0}}}, {300.0, {{0, 1.0}}}};
  const FlowResult result = reference_flows(at_once({10.0}, flows));
  EXPECT_DOUBLE_EQ(result.end[0], 20.0);
  EXPECT_DOUBLE_EQ(result.end[1], 40.0);  // 100 by then, the other 200 at the full rate
}

TEST(FlowSharing, WhoIsHeldUpElsewhereLeavesItsShare) {
  const std::vector<TransferPattern> flows{
      {10.0, {{0, 1.0}}}, {10.0, {{0, 1.0}, {1, 1.0}}}, {90.0, {{1, 1.0}}}};
  FlowProblem problem = at_once({2.0, 10.0}, flows);
  const FlowResult result = reference_flows(problem);
  EXPECT_DOUBLE_EQ(result.end[0], 10.0);
  EXPECT_DOUBLE_EQ(result.end[1], 10.0);
  EXPECT_DOUBLE_EQ(result.end[2], 10.0);  // 9 of 10 B/s
}

TEST(FlowSharing, APatternHasAShareForEachOfItsFlows) {
  const std::vector<TransferPattern> flows{{30.0, {{0, 3.0}}}, {10.0, {{0, 1.0}}}};
  const FlowResult result = reference_flows(at_once({4.0}, flows));
  EXPECT_DOUBLE_EQ(result.end[1], 10.0);  // 1 B/s for every flow
  EXPECT_DOUBLE_EQ(result.end[0], 10.0 + 20.0 / (4.0 / 3.0));
}

TEST(FlowSharing, NoFlowIsFasterThanItsLimit) {
  FlowProblem problem;
  problem.capacities = {10.0};
  transfer(problem, {20.0, {{0, 1.0}}}, {}, 2.0);
  transfer(problem, {80.0, {{0, 1.0}}});
  transfer(problem, {30.0, {}}, {}, 3.0);
  EXPECT_THAT(reference_flows(problem).end, ElementsAre(10.0, 10.0, 10.0));
}

TEST(FlowSharing, WaitsAndDelaysComeFirst) {
  FlowProblem problem;
  problem.capacities = {10.0};
  const std::int32_t first = transfer(problem, {20.0, {{0, 1.0}}});
  problem.activities.push_back({.seconds = 3.0, .waits = {first}});
  const std::int32_t last = transfer(problem, {20.0, {{0, 1.0}}}, {first, 1});
  problem.activities[static_cast<std::size_t>(last)].seconds = 0.5;
  const FlowResult result = reference_flows(problem);
  EXPECT_THAT(result.start, ElementsAre(0.0, 2.0, 5.0));
  EXPECT_THAT(result.moving, ElementsAre(0.0, 5.0, 5.5));
  EXPECT_THAT(result.end, ElementsAre(2.0, 5.0, 7.5));
}

TEST(FlowSharing, TrafficThatNobodyAwaitsMayNotEnd) {
  FlowProblem problem;
  problem.capacities = {10.0};
  transfer(problem, {1e9, {{0, 1.0}}});
  transfer(problem, {10.0, {{0, 1.0}}});
  transfer(problem, {10.0, {{0, 1.0}}}, {0});
  problem.activities[0].awaited = problem.activities[2].awaited = false;
  const FlowResult result = reference_flows(problem);
  EXPECT_DOUBLE_EQ(result.end[1], 2.0);
  EXPECT_TRUE(std::isinf(result.end[0]));
  EXPECT_TRUE(std::isinf(result.start[2]));
}

}  // namespace
}  // namespace sextant
