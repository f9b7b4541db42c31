#include "calibrate/comm/method.h"

#include <gtest/gtest.h>

namespace sextant::comm {
namespace {

TEST(Timing, SaysMeanAndQuantilesInAnyOrder) {
  const Timing timing{{4.0, 1.0, 2.0, 3.0, 5.0}};
  EXPECT_DOUBLE_EQ(timing.mean_s(), 3.0);
  EXPECT_DOUBLE_EQ(timing.quantile_s(0.5), 3.0);
  EXPECT_DOUBLE_EQ(timing.quantile_s(0.99), 4.96);
  EXPECT_FALSE(timing.bimodal());
}

TEST(Timing, OfNoRepetitionsIsZero) {
  EXPECT_EQ(Timing{}.mean_s(), 0.0);
  EXPECT_EQ(Timing{}.quantile_s(0.5), 0.0);
  EXPECT_FALSE(Timing{}.bimodal());
}

TEST(Timing, KnowsTwoModes) {
  Timing timing;
  for (int i = 0; i < 100; ++i) timing.times_s.push_back((i % 4 == 0 ? 2e-3 : 1e-3) + i * 1e-7);
  EXPECT_TRUE(timing.bimodal());
}

}  // namespace
}  // namespace sextant::comm
