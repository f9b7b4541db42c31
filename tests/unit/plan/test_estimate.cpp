#include "src/plan/estimate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace sextant::plan {
namespace {

TEST(Estimate, OfHundredAndOneNumbers) {
  std::vector<double> samples(101);
  std::iota(samples.rbegin(), samples.rend(), 0.0);
  const Estimate e = estimate(samples);
  EXPECT_DOUBLE_EQ(e.p10, 10);
  EXPECT_DOUBLE_EQ(e.p50, 50);
  EXPECT_DOUBLE_EQ(e.p90, 90);
  EXPECT_DOUBLE_EQ(e.mean, 50);
  // s = 29.300, t(100 degrees of freedom, 97.5 %) = 1.98397.
  EXPECT_NEAR(e.ci95[1] - e.mean, 1.98397 * 29.30017 / std::sqrt(101.0), 1e-4);
  EXPECT_NEAR(e.mean - e.ci95[0], e.ci95[1] - e.mean, 1e-9);
}

TEST(Estimate, InterpolatesBetweenNeighbours) {
  const Estimate e = estimate({1, 2});
  EXPECT_DOUBLE_EQ(e.p10, 1.1);
  EXPECT_DOUBLE_EQ(e.p50, 1.5);
}

TEST(Estimate, OfOneNumberHasNoError) {
  const Estimate e = estimate({7});
  EXPECT_EQ(e.p10, 7);
  EXPECT_EQ(e.p90, 7);
  EXPECT_EQ(e.ci95[0], 7);
  EXPECT_EQ(e.ci95[1], 7);
}

}  // namespace
}  // namespace sextant::plan
