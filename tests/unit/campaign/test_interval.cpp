#include "sextant/campaign/interval.h"

#include <gtest/gtest.h>

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

TEST(RenewalEttr, WithoutFailuresIsTheCheckpointOverhead) {
  const RenewalRun run{kHour, 6.0 * kMinute, kMinute, 1e9 * kHour};
  EXPECT_NEAR(renewal_ettr(run), 60.0 / 66.0, 1e-6);
}

}  // namespace
}  // namespace sextant
