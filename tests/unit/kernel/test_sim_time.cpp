#include "sextant/kernel/sim_time.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant {
namespace {

TEST(SimDuration, RoundsToTheNearestNanosecond) {
  EXPECT_EQ(SimDuration::rounded(Seconds(1.5)).ns(), 1'500'000'000);
  EXPECT_EQ(SimDuration::rounded(Seconds(0.4e-9)).ns(), 0);
  EXPECT_EQ(SimDuration::rounded(Seconds(0.6e-9)).ns(), 1);
  EXPECT_EQ(SimDuration::rounded(Seconds(-2.6e-9)).ns(), -3);
  EXPECT_EQ(SimDuration::rounded(54 * kDay).ns(), 54LL * 86'400 * 1'000'000'000);
}

TEST(SimDuration, SaturatesAtNever) {
  EXPECT_TRUE(SimDuration::rounded(Seconds(1e10)).is_never());
  EXPECT_TRUE(SimDuration::rounded(Seconds(INFINITY)).is_never());
  EXPECT_FALSE(SimDuration::rounded(Seconds(9.2e9)).is_never());
  EXPECT_EQ(SimDuration::never() + SimDuration(1), SimDuration::never());
  EXPECT_EQ(SimDuration::never() - SimDuration(1), SimDuration::never());
  EXPECT_EQ(SimDuration::never() * 2, SimDuration::never());
  EXPECT_LT((SimDuration::never() * -2).ns(), 0);
  EXPECT_EQ(SimTime(5) + SimDuration::never(), SimTime::never());
  EXPECT_EQ(SimTime::never() - SimTime(5), SimDuration::never());
  EXPECT_TRUE(std::isinf(SimDuration::never().seconds().si()));
}

TEST(SimDuration, RefusesWhatIsNoDuration) {
  EXPECT_DEATH((void)SimDuration::rounded(Seconds(NAN)), "a duration of nan");
  EXPECT_DEATH((void)SimDuration::rounded(Seconds(-1e10)), "a duration of -1");
}

TEST(SimDuration, Computes) {
  EXPECT_EQ(SimDuration(7) - SimDuration(9), SimDuration(-2));
  EXPECT_EQ(3 * SimDuration(7), SimDuration(21));
  EXPECT_EQ(SimDuration(1'250'000'000).seconds(), Seconds(1.25));
  SimDuration sum;
  sum += SimDuration(5);
  sum -= SimDuration(2);
  EXPECT_EQ(sum, SimDuration(3));
}

TEST(SimTime, Computes) {
  SimTime time(10);
  time += SimDuration(5);
  EXPECT_EQ(time, SimTime(15));
  EXPECT_EQ(time - SimTime(5), SimDuration(10));
  EXPECT_EQ(time - SimDuration(5), SimTime(10));
  EXPECT_LT(time, SimTime(16));
  EXPECT_EQ(SimTime(2'000'000'000).seconds(), Seconds(2));
}

}  // namespace
}  // namespace sextant
