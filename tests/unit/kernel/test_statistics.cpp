#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/log_histogram.h"
#include "sextant/kernel/running_moments.h"
#include "sextant/kernel/sample.h"

namespace sextant {
namespace {

RunningMoments moments_of(const std::vector<double>& numbers) {
  RunningMoments moments;
  for (const double x : numbers) moments.add(x);
  return moments;
}

TEST(RunningMoments, KnowsMeanVarianceAndEnds) {
  const RunningMoments moments = moments_of({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(moments.count(), 8);
  EXPECT_DOUBLE_EQ(moments.mean(), 5.0);
  EXPECT_DOUBLE_EQ(moments.variance(), 32.0 / 7.0);
  EXPECT_EQ(moments.min(), 2.0);
  EXPECT_EQ(moments.max(), 9.0);
}

TEST(RunningMoments, DoNotCancel) {
  const RunningMoments moments = moments_of({1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});
  EXPECT_DOUBLE_EQ(moments.variance(), 30.0);
}

TEST(RunningMoments, MergeIsTheWhole) {
  RunningMoments left = moments_of({1, 2, 30});
  const RunningMoments right = moments_of({4, -5});
  left.merge(right);
  left.merge(RunningMoments());
  const RunningMoments whole = moments_of({1, 2, 30, 4, -5});
  EXPECT_EQ(left.count(), whole.count());
  EXPECT_DOUBLE_EQ(left.mean(), whole.mean());
  EXPECT_DOUBLE_EQ(left.variance(), whole.variance());
  EXPECT_EQ(left.min(), -5.0);
  EXPECT_EQ(left.max(), 30.0);
}

/// Student's t for 9 degrees of freedom: 2.262157 at 95 %, 3.249836 at 99 % (any table).
TEST(MeanConfidence, IsStudents) {
  const RunningMoments moments = moments_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const double error = std::sqrt(moments.variance() / 10);
  const Interval ci95 = mean_confidence(moments);
  EXPECT_NEAR(ci95.high - 5.5, 2.262157 * error, 1e-6);
  EXPECT_NEAR(5.5 - ci95.low, 2.262157 * error, 1e-6);
  EXPECT_NEAR(mean_confidence(moments, 0.99).high - 5.5, 3.249836 * error, 1e-6);
}

TEST(MeanConfidence, IsUnboundedForOneNumber) {
  const Interval interval = mean_confidence(moments_of({3}));
  EXPECT_EQ(interval.low, -INFINITY);
  EXPECT_EQ(interval.high, INFINITY);
}

TEST(MeanConfidence, CoversTheMeanAsOftenAsItSays) {
  RandomStream stream(11, "coverage");
  int covered = 0;
  for (int trial = 0; trial < 4'000; ++trial) {
    RunningMoments moments;
    for (int i = 0; i < 5; ++i) moments.add(draw_normal(stream));
    const Interval interval = mean_confidence(moments);
    covered += interval.low <= 0.0 && 0.0 <= interval.high;
  }
  EXPECT_NEAR(covered / 4'000.0, 0.95, 0.012);  // 3.5 standard errors
}

TEST(Sample, QuantilesAreExact) {
  Sample sample;
  for (const double x : {40.0, 10.0, 30.0, 20.0}) sample.add(x);
  EXPECT_DOUBLE_EQ(sample.quantile(0.0), 10.0);
  EXPECT_DOUBLE_EQ(sample.quantile(1.0), 40.0);
  EXPECT_DOUBLE_EQ(sample.quantile(0.5), 25.0);
  EXPECT_DOUBLE_EQ(sample.quantile(0.1), 13.0);
  EXPECT_DOUBLE_EQ(Sample({7.0}).quantile(0.99), 7.0);
  EXPECT_DEATH((void)Sample().quantile(0.5), "quantile 0.5 of 0");
}

TEST(Sample, SummarisesItsNumbers) {
  std::vector<double> numbers;
  for (int i = 0; i <= 100; ++i) numbers.push_back(i);
  const Summary summary = Sample(numbers).summary();
  EXPECT_DOUBLE_EQ(summary.p10, 10.0);
  EXPECT_DOUBLE_EQ(summary.p50, 50.0);
  EXPECT_DOUBLE_EQ(summary.p90, 90.0);
  EXPECT_DOUBLE_EQ(summary.mean, 50.0);
  EXPECT_NEAR(summary.ci95.high, 50.0 + 1.983972 * 29.300171 / std::sqrt(101.0), 1e-5);
}

TEST(Sample, MergeKeepsOrder) {
  Sample left({1.0, 2.0});
  left.merge(Sample({0.5}));
  EXPECT_EQ(std::vector<double>(left.numbers().begin(), left.numbers().end()),
            (std::vector<double>{1.0, 2.0, 0.5}));
}

TEST(LogHistogram, QuantilesAreWithinABucket) {
  RandomStream stream(11, "histogram");
  LogHistogram histogram;
  Sample sample;
  for (int i = 0; i < 20'000; ++i) {
    const double x = draw_lognormal(stream, 2.0);
    histogram.add(x);
    sample.add(x);
  }
  for (const double p : {0.0, 0.01, 0.5, 0.9, 0.99, 1.0}) {
    const double exact = sample.quantile(p);
    EXPECT_NEAR(histogram.quantile(p), exact, 0.01 * exact) << p;
  }
}

TEST(LogHistogram, MergesInAnyOrder) {
  LogHistogram small;
  LogHistogram large;
  small.add(1e-9, 3);
  small.add(0.0);
  large.add(1e12, 2);
  LogHistogram a = small;
  a.merge(large);
  LogHistogram b = large;
  b.merge(small);
  b.merge(LogHistogram());
  EXPECT_EQ(a.count(), 6u);
  for (const double p : {0.0, 0.2, 0.5, 0.8, 1.0}) EXPECT_EQ(a.quantile(p), b.quantile(p));
  EXPECT_EQ(a.quantile(0.0), 0.0);
  EXPECT_NEAR(a.quantile(1.0), 1e12, 1e10);
}

TEST(LogHistogram, TakesEveryNumber) {
  LogHistogram histogram;
  histogram.add(-1.0);
  EXPECT_EQ(histogram.quantile(1.0), 0.0);
  histogram.add(INFINITY);
  EXPECT_GT(histogram.quantile(1.0), 1e308);
  EXPECT_DEATH(histogram.add(NAN), "not a number");
}

}  // namespace
}  // namespace sextant
