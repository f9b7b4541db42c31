#include "src/govern/time_bins.h"

#include <gtest/gtest.h>

#include <numeric>

namespace sextant::govern {
namespace {

constexpr std::int64_t kMs = 1'000'000;

double sum(const TimeBins& bins) {
  return std::accumulate(bins.integrals().begin(), bins.integrals().end(), 0.0);
}

TEST(TimeBins, SplitsAnIntervalOverBins) {
  TimeBins bins;
  bins.add(kMs / 2, 2 * kMs + kMs / 4, 4);
  ASSERT_EQ(bins.integrals().size(), 3u);
  EXPECT_EQ(bins.integrals()[0], 2.0 * kMs);
  EXPECT_EQ(bins.integrals()[1], 4.0 * kMs);
  EXPECT_EQ(bins.integrals()[2], 1.0 * kMs);
}

TEST(TimeBins, NothingOfNoLength) {
  TimeBins bins;
  bins.add(5, 5, 1);
  bins.add(5, 4, 1);
  EXPECT_TRUE(bins.integrals().empty());
}

TEST(TimeBins, MergesNeighboursAsTimeGrows) {
  TimeBins bins;
  for (std::int64_t hour = 0; hour < 24 * 365; ++hour) {
    bins.add(hour * 3600'000 * kMs, (hour + 1) * 3600'000 * kMs, 2);
    ASSERT_LE(bins.integrals().size(), TimeBins::kMost);
  }
  EXPECT_EQ(bins.width_ns(), 2 * 24 * 3600'000 * kMs);
  EXPECT_DOUBLE_EQ(sum(bins), 2.0 * 24 * 365 * 3600e9);
  EXPECT_DOUBLE_EQ(bins.integrals()[0], 2.0 * 48 * 3600e9);
}

TEST(TimeBins, TakesLateIntervals) {
  TimeBins bins;
  bins.add(900 * kMs, 1000 * kMs, 1);
  bins.add(0, 5 * kMs, 1);
  EXPECT_EQ(bins.width_ns(), 5 * kMs);
  EXPECT_EQ(bins.integrals()[0], 5.0 * kMs);
  EXPECT_EQ(bins.integrals()[199], 5.0 * kMs);
}

TEST(TimeBins, RepeatedIsTheSameAsOneByOne) {
  TimeBins repeated, single;
  const std::int64_t from = 123'456, length = 777'777, period = 1'234'567, times = 5000;
  repeated.add_repeated(from, from + length, 3, period, times);
  for (std::int64_t i = 0; i < times; ++i) {
    single.add(from + i * period, from + i * period + length, 3);
  }
  ASSERT_EQ(repeated.width_ns(), single.width_ns());
  ASSERT_EQ(repeated.integrals().size(), single.integrals().size());
  for (std::size_t i = 0; i < single.integrals().size(); ++i) {
    EXPECT_DOUBLE_EQ(repeated.integrals()[i], single.integrals()[i]) << i;
  }
}

TEST(TimeBins, WidensToAnother) {
  TimeBins bins;
  bins.add(0, 100 * kMs, 1);
  bins.widen_to(50 * kMs);
  ASSERT_EQ(bins.integrals().size(), 2u);
  EXPECT_EQ(bins.integrals()[1], 50.0 * kMs);
  bins.widen_to(kMs);
  EXPECT_EQ(bins.width_ns(), 50 * kMs);
}

}  // namespace
}  // namespace sextant::govern
