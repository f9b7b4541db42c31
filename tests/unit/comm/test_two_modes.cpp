#include "calibrate/comm/two_modes.h"

#include <gtest/gtest.h>

#include <functional>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/random_stream.h"

namespace sextant::comm {
namespace {

using Draw = std::function<double(RandomStream&, int)>;

/// The share of samples of `count` times that are taken for two modes.
double share_taken(int count, const Draw& draw) {
  constexpr int kSamples = 400;
  int taken = 0;
  for (int sample = 0; sample < kSamples; ++sample) {
    RandomStream stream(1, "two_modes", static_cast<std::uint32_t>(sample));
    std::vector<double> times;
    for (int i = 0; i < count; ++i) times.push_back(draw(stream, i));
    taken += has_two_modes(times) ? 1 : 0;
  }
  return static_cast<double>(taken) / kSamples;
}

TEST(TwoModes, OneModeIsRarelyTakenForTwo) {
  for (const int count : {20, 40, 100, 400}) {
    SCOPED_TRACE(count);
    EXPECT_LE(share_taken(count, [](RandomStream& s, int) { return 100 + 3 * draw_normal(s); }),
              0.0025);
    EXPECT_LE(share_taken(count, [](RandomStream& s, int) { return draw_lognormal(s, 0.3); }),
              0.0025);
    EXPECT_LE(share_taken(count, [](RandomStream& s, int) { return draw_lognormal(s, 1.0); }),
              0.0025);
  }
}

TEST(TwoModes, AFewOutliersAreNoSecondMode) {
  const Draw draw = [](RandomStream& s, int i) {
    return (100 + 3 * draw_normal(s)) * (i % 20 == 0 ? 30 : 1);
  };
  for (const int count : {20, 100, 400}) EXPECT_LE(share_taken(count, draw), 0.0025) << count;
}

TEST(TwoModes, ClearModesAreFound) {
  const Draw draw = [](RandomStream& s, int i) {
    return (i % 3 == 0 ? 135 : 100) * (1 + 0.02 * draw_normal(s));
  };
  for (const int count : {30, 100, 400}) EXPECT_GE(share_taken(count, draw), 0.99) << count;
}

TEST(TwoModes, AFewPercentApartIsNoMatter) {
  const Draw draw = [](RandomStream& s, int i) {
    return (i % 2 == 0 ? 105 : 100) * (1 + 0.001 * draw_normal(s));
  };
  EXPECT_EQ(share_taken(100, draw), 0.0);
}

TEST(TwoModes, StepsOfTheClockAreNoModes) {
  const Draw draw = [](RandomStream& s, int) { return draw_normal(s) > 0 ? 100.0 : 101.0; };
  EXPECT_EQ(share_taken(100, draw), 0.0);
}

TEST(TwoModes, FewTimesTellNothing) {
  std::vector<double> times(9, 1.0);
  times.resize(19, 2.0);
  EXPECT_FALSE(has_two_modes(times));
  EXPECT_FALSE(has_two_modes({}));
}

TEST(TwoModes, QuantilesInterpolate) {
  const std::vector<double> sorted{1, 2, 4};
  EXPECT_EQ(sorted_quantile(sorted, 0.0), 1.0);
  EXPECT_EQ(sorted_quantile(sorted, 0.25), 1.5);
  EXPECT_EQ(sorted_quantile(sorted, 0.75), 3.0);
  EXPECT_EQ(sorted_quantile(sorted, 1.0), 4.0);
  EXPECT_EQ(sorted_quantile({}, 0.5), 0.0);
}

}  // namespace
}  // namespace sextant::comm
