#include "sextant/campaign/interval.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant {
namespace {

struct Published {
  Seconds mean_life;
  double daly_min;
  double young_min;
  double wall_h;
};

// Daly 2006, captions of figures 3 to 5: M = 24 h, 6 h, 15 min with C = 5 min, R = 10 min and 500 h
// of work. Young's and the wall times follow from the formulas.
const Published kPublished[] = {{24.0 * kHour, 117, 120, 547.9},
                                {6.0 * kHour, 57, 60, 610.2},
                                {15.0 * kMinute, 9.1, 12.2, 2504}};

TEST(Interval, AgreesWithDaly2006) {
  for (const Published& p : kPublished) {
    const Seconds daly = daly_interval(5.0 * kMinute, p.mean_life);
    EXPECT_NEAR(daly / kMinute, p.daly_min, 0.01 * p.daly_min);
    EXPECT_NEAR(young_interval(5.0 * kMinute, p.mean_life) / kMinute, p.young_min,
                0.01 * p.young_min);
    const RenewalRun run{daly, 5.0 * kMinute, 10.0 * kMinute, p.mean_life};
    EXPECT_NEAR(renewal_wall_time(run, 500.0 * kHour) / kHour, p.wall_h, 0.001 * p.wall_h);
    EXPECT_NEAR(renewal_ettr(run), 500 / p.wall_h, 0.001);
  }
}

TEST(Interval, OfADearCheckpointIsTheMeanLife) {
  EXPECT_EQ(daly_interval(2.0 * kHour, kHour).si(), kHour.si());
  EXPECT_EQ(daly_interval(3.0 * kHour, kHour).si(), kHour.si());
}

TEST(Interval, OfAFreeCheckpointIsNothing) {
  EXPECT_EQ(daly_interval(Seconds(0), kHour).si(), 0.0);
  EXPECT_EQ(young_interval(Seconds(0), kHour).si(), 0.0);
}

TEST(TwoLevelIntervals, AreYoungsForTheFailuresThatGoBackToEach) {
  const TwoLevelRun run{.fast_cost = Seconds(1),
                        .store_cost = Seconds(30),
                        .mean_life = 3.0 * kHour,
                        .lost = 0.1,
                        .fast_recovery = kMinute,
                        .store_recovery = 5.0 * kMinute};
  const TwoLevelIntervals intervals = two_level_intervals(run);
  EXPECT_NEAR(intervals.fast.si(), std::sqrt(2 * 1 * 10'800.0), 1e-9);
  EXPECT_NEAR(intervals.store.si(), std::sqrt(2 * 30 * 108'000.0), 1e-9);
  const double lost = 0.9 * (0.5 * intervals.fast.si() + 60) / 10'800 +
                      0.1 * (0.5 * intervals.store.si() + 300) / 10'800;
  EXPECT_NEAR(two_level_waste(run, intervals),
              1 / intervals.fast.si() + 30 / intervals.store.si() + lost, 1e-12);
  // The store's is where the waste is least.
  for (const double factor : {0.9, 1.1}) {
    EXPECT_GT(two_level_waste(run, {intervals.fast, factor * intervals.store}),
              two_level_waste(run, intervals));
  }
}

TEST(RenewalEttr, WithoutFailuresIsTheCheckpointOverhead) {
  const RenewalRun run{kHour, 6.0 * kMinute, kMinute, 1e9 * kHour};
  EXPECT_NEAR(renewal_ettr(run), 60.0 / 66.0, 1e-6);
}

}  // namespace
}  // namespace sextant
