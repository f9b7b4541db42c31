#include "calibrate/comm/storage/backoff.h"

#include <gtest/gtest.h>

namespace sextant::comm {
namespace {

TEST(Backoff, DoublesUpToItsLongest) {
  EXPECT_DOUBLE_EQ(Backoff::longest_s(0), 0.1);
  EXPECT_DOUBLE_EQ(Backoff::longest_s(1), 0.2);
  EXPECT_DOUBLE_EQ(Backoff::longest_s(6), 6.4);
  EXPECT_DOUBLE_EQ(Backoff::longest_s(7), 10.0);
  EXPECT_DOUBLE_EQ(Backoff::longest_s(2000), 10.0);
}

TEST(Backoff, IsUniformBetweenZeroAndTheLongest) {
  Backoff backoff(0);
  double sum = 0.0;
  constexpr int kDraws = 10000;
  for (int i = 0; i < kDraws; ++i) {
    const double wait_s = backoff.draw(3).count();
    ASSERT_GE(wait_s, 0.0);
    ASSERT_LT(wait_s, 0.8);
    sum += wait_s;
  }
  EXPECT_NEAR(sum / kDraws, 0.4, 0.01);
}

TEST(Backoff, DiffersBetweenRanks) {
  EXPECT_NE(Backoff(0).draw(5).count(), Backoff(1).draw(5).count());
  EXPECT_EQ(Backoff(3).draw(5).count(), Backoff(3).draw(5).count());
}

}  // namespace
}  // namespace sextant::comm
