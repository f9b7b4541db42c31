#include "calibrate/comm/compute/rank_spread.h"

#include <gtest/gtest.h>

namespace sextant::comm {
namespace {

TEST(RankSpreadTest, FindsTheRankThatIsSlowMostOfTheTime) {
  // Rank 1 is always slow, rank 3 was held up once.
  const std::vector<std::vector<double>> times{
      {1.0, 1.2, 1.0, 5.0}, {2.0, 2.4, 2.0, 2.0}, {0.1, 0.12, 0.1, 0.1}};
  const auto slow = slowest_rank(times, {0, 1, 2, 3}, 0.05);
  ASSERT_TRUE(slow);
  EXPECT_EQ(slow->rank, 1);
  EXPECT_NEAR(slow->excess, 0.2, 1e-9);
}

TEST(RankSpreadTest, LooksAtANodesOwnRanksOnly) {
  const std::vector<std::vector<double>> times{{1.0, 1.2, 1.0, 1.0}};
  EXPECT_FALSE(slowest_rank(times, {2, 3}, 0.05));
  EXPECT_TRUE(slowest_rank(times, {0, 1}, 0.05));
}

TEST(RankSpreadTest, IsSilentWithinTheTolerance) {
  EXPECT_FALSE(slowest_rank({{1.0, 1.04, 1.0}}, {0, 1, 2}, 0.05));
  EXPECT_FALSE(slowest_rank({}, {0, 1}, 0.05));
}

}  // namespace
}  // namespace sextant::comm
