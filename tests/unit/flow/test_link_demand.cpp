#include "src/flow/link_demand.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace sextant::flow {
namespace {

using Crowded = std::vector<std::int32_t>;

/// Activities 0 to 3 cross link 0 at 40 each, 4 and 5 link 1 as fast as it lets them; 6 crosses
/// both, twice the first, and 7 none.
FlowProblem problem() {
  FlowProblem made{.capacities = {100.0, 50.0},
                   .patterns = {{{0, 1.0}}, {{1, 1.0}}, {{0, 2.0}, {1, 1.0}}, {}},
                   .activities = {}};
  made.activities.assign(4, {.pattern = 0, .bytes = 1.0, .rate = 40.0});
  made.activities.resize(6, {.pattern = 1, .bytes = 1.0});
  made.activities.push_back({.pattern = 2, .bytes = 1.0});
  made.activities.push_back({.pattern = 3, .bytes = 1.0});
  return made;
}

TEST(LinkDemand, KnowsTheFullRates) {
  const FlowProblem made = problem();
  const LinkDemand demand(made);
  EXPECT_EQ(demand.full_rate(0), 40.0);
  EXPECT_EQ(demand.full_rate(4), 50.0);
  EXPECT_EQ(demand.full_rate(6), 50.0) << "of 100 for two";
  EXPECT_EQ(demand.full_rate(7), std::numeric_limits<double>::infinity());
}

TEST(LinkDemand, LeavesTransfersFreeWhileNoLinkCouldBeFilled) {
  const FlowProblem made = problem();
  LinkDemand demand(made);
  Crowded crowded;
  EXPECT_TRUE(demand.add(0, crowded));
  EXPECT_TRUE(demand.add(1, crowded));
  EXPECT_TRUE(demand.add(4, crowded)) << "alone on its link";
  EXPECT_TRUE(demand.add(7, crowded));
  EXPECT_TRUE(crowded.empty());
}

TEST(LinkDemand, NamesOnceEachThatCeasesToBeFree) {
  const FlowProblem made = problem();
  LinkDemand demand(made);
  Crowded crowded;
  demand.add(0, crowded);
  demand.add(1, crowded);
  demand.add(4, crowded);
  EXPECT_FALSE(demand.add(2, crowded));
  EXPECT_EQ(crowded, Crowded({0, 1}));
  crowded.clear();
  EXPECT_FALSE(demand.add(6, crowded));
  EXPECT_EQ(crowded, Crowded({4})) << "the others were named before";
}

TEST(LinkDemand, NamesATransferThatMeetsAnotherOnTwoLinksOnce) {
  const FlowProblem made = problem();
  LinkDemand demand(made);
  Crowded crowded;
  EXPECT_TRUE(demand.add(6, crowded));
  EXPECT_FALSE(demand.add(4, crowded));
  EXPECT_EQ(crowded, Crowded({6}));
  crowded.clear();
  EXPECT_FALSE(demand.add(0, crowded));
  EXPECT_TRUE(crowded.empty());
}

TEST(LinkDemand, FreesALinkWithWhatLeavesIt) {
  const FlowProblem made = problem();
  LinkDemand demand(made);
  Crowded crowded;
  demand.add(0, crowded);
  demand.add(1, crowded);
  demand.remove(0);
  EXPECT_TRUE(demand.add(2, crowded));
  EXPECT_FALSE(demand.add(3, crowded));
  EXPECT_EQ(crowded, Crowded({1, 2})) << "not the one that has left";
  crowded.clear();
  demand.remove(1);
  demand.remove(2);
  demand.remove(3);
  EXPECT_TRUE(demand.add(6, crowded)) << "the whole of both links";
}

}  // namespace
}  // namespace sextant::flow
