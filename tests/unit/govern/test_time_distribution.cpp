#include "src/govern/time_distribution.h"

#include <gtest/gtest.h>

namespace sextant::govern {
namespace {

TEST(TimeDistribution, NothingIsZero) {
  const TimeStatistics none = TimeDistribution().statistics();
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.max, 0);
}

TEST(TimeDistribution, FewAreExact) {
  TimeDistribution times;
  for (int i = 0; i <= 100; ++i) times.add(Seconds(i));
  const TimeStatistics statistics = times.statistics();
  EXPECT_DOUBLE_EQ(statistics.mean, 50);
  EXPECT_DOUBLE_EQ(statistics.p50, 50);
  EXPECT_DOUBLE_EQ(statistics.p95, 95);
  EXPECT_DOUBLE_EQ(statistics.max, 100);
}

TEST(TimeDistribution, ManyAreNearlyExact) {
  TimeDistribution times;
  for (int i = 0; i <= 100'000; ++i) times.add(Seconds(i));
  const TimeStatistics statistics = times.statistics();
  EXPECT_DOUBLE_EQ(statistics.mean, 50'000);
  EXPECT_NEAR(statistics.p50, 50'000, 400);
  EXPECT_NEAR(statistics.p95, 95'000, 760);
  EXPECT_EQ(statistics.max, 100'000);
}

TEST(TimeDistribution, ManyEqualOnesAreExact) {
  TimeDistribution times;
  for (int i = 0; i < 5000; ++i) times.add(Seconds(0.3));
  EXPECT_DOUBLE_EQ(times.statistics().p95, 0.3);
}

TEST(TimeDistribution, PartsMergeToTheWhole) {
  TimeDistribution whole, low, high;
  for (int i = 0; i < 3000; ++i) {
    whole.add(Seconds(i));
    (i < 700 ? low : high).add(Seconds(i));
  }
  low.merge(high);
  EXPECT_EQ(low.count(), whole.count());
  EXPECT_EQ(low.statistics().p50, whole.statistics().p50);
  EXPECT_EQ(low.statistics().p95, whole.statistics().p95);
  EXPECT_NEAR(low.statistics().mean, whole.statistics().mean, 1e-9);
  EXPECT_NEAR(low.sum().si(), 3000 * 2999 / 2.0, 1e-6);
}

TEST(TimeDistribution, FewAndFewStayExact) {
  TimeDistribution a, b;
  a.add(Seconds(1));
  b.add(Seconds(2));
  a.merge(b);
  EXPECT_DOUBLE_EQ(a.statistics().p50, 1.5);
}

}  // namespace
}  // namespace sextant::govern
