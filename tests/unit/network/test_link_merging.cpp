#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sextant/network/flow_folding.h"
#include "tests/support/flow_problems.h"

namespace sextant {
namespace {

using fixtures::transfer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LinkMerging, OfProportionalLinksTheNarrowestStays) {
  FlowProblem problem;
  problem.capacities = {8.0, 10.0, 9.0, 1.0};
  transfer(problem, {100.0, {{0, 1.0}, {1, 2.0}, {2, 1.0}}});
  transfer(problem, {100.0, {{0, 2.0}, {1, 4.0}, {2, 1.0}}});
  EXPECT_THAT(merge_links(problem), ElementsAre(1, 2));
  EXPECT_THAT(problem.capacities, ElementsAre(10.0, 9.0));
  ASSERT_EQ(problem.patterns[1].size(), 2U);
  EXPECT_EQ(problem.patterns[1][0].link, 0);
  EXPECT_EQ(problem.patterns[1][0].flows, 4.0);
  EXPECT_EQ(problem.patterns[1][1].link, 1);
}

TEST(LinkMerging, LinksThatCannotBeFullGo) {
  FlowProblem problem;
  problem.capacities = {10.0};
  transfer(problem, {100.0, {{0, 2.0}}}, {}, 3.0);
  transfer(problem, {100.0, {{0, 1.0}}}, {}, 4.0);
  EXPECT_THAT(merge_links(problem), IsEmpty());
  EXPECT_THAT(problem.patterns[0], IsEmpty());
}

TEST(LinkMerging, AFlowWithoutALimitFillsAnyLink) {
  FlowProblem problem;
  problem.capacities = {1e12};
  transfer(problem, {100.0, {{0, 1.0}}});
  EXPECT_THAT(merge_links(problem), ElementsAre(0));
}

/// Twice the same pattern: one after the other a link that carries it once is enough.
TEST(LinkMerging, UsesOfAPatternCountOnceWhereTheyFollowOneAnother) {
  for (const bool apart : {false, true}) {
    FlowProblem problem;
    problem.capacities = {10.0};
    transfer(problem, {100.0, {{0, 1.0}}}, {}, 6.0);
    problem.activities.push_back({.seconds = 1.0, .waits = {0}});
    problem.activities.push_back(problem.activities[0]);
    if (apart) problem.activities.back().waits = {1};
    EXPECT_EQ(merge_links(problem).size(), apart ? 0U : 1U);
  }
}

TEST(LinkMerging, LinksThatNothingCrossesGo) {
  FlowProblem problem;
  problem.capacities = {1.0, 2.0};
  transfer(problem, {100.0, {{1, 1.0}}});
  problem.patterns.push_back({{0, 1.0}});  // of no activity
  EXPECT_THAT(merge_links(problem), ElementsAre(1));
}

}  // namespace
}  // namespace sextant
