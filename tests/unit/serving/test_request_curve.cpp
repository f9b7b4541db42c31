#include "sextant/serving/request_curve.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

SimTime at_s(double s) { return SimTime() + SimDuration::rounded(Seconds(s)); }

RequestLoad load(std::vector<RatePoint> requests) {
  return {.requests = std::move(requests), .period = Seconds(1000)};
}

TEST(RequestCurve, InterpolatesAndRepeats) {
  const RequestCurve curve(load({{Seconds(0), 0}, {Seconds(100), 50}, {Seconds(600), 50}}));
  EXPECT_DOUBLE_EQ(curve.rate(at_s(50)), 25);
  EXPECT_DOUBLE_EQ(curve.rate(at_s(300)), 50);
  EXPECT_DOUBLE_EQ(curve.rate(at_s(800)), 25);  // back to the first point at 1000 s
  EXPECT_DOUBLE_EQ(curve.rate(at_s(3050)), 25);
}

TEST(RequestCurve, WrapsAroundBeforeItsFirstPoint) {
  const RequestCurve curve(load({{Seconds(200), 0}, {Seconds(700), 100}}));
  EXPECT_DOUBLE_EQ(curve.rate(at_s(450)), 50);
  EXPECT_DOUBLE_EQ(curve.rate(at_s(950)), 50);
  EXPECT_DOUBLE_EQ(curve.rate(at_s(0)), 40);
}

TEST(RequestCurve, IntegratesWhatIsAboveTheCapacity) {
  // A triangle of 100 in 1000 s: 50,000 requests; above 50 another one, of half the height and
  // half the width.
  const RequestCurve curve(load({{Seconds(0), 0}, {Seconds(500), 100}}));
  const RequestCurve::Load load = curve.between(at_s(0), at_s(1000), 50);
  EXPECT_DOUBLE_EQ(load.requests, 50'000);
  EXPECT_DOUBLE_EQ(load.unserved, 12'500);
  EXPECT_DOUBLE_EQ(load.short_for.si(), 500);
  EXPECT_DOUBLE_EQ(curve.between(at_s(0), at_s(1000), 0).unserved, 50'000);
  EXPECT_DOUBLE_EQ(curve.between(at_s(0), at_s(1000), 100).unserved, 0);
}

TEST(RequestCurve, KnowsItsPeakAndMean) {
  const RequestCurve triangle(load({{Seconds(0), 0}, {Seconds(500), 100}}));
  EXPECT_DOUBLE_EQ(triangle.peak(), 100);
  EXPECT_DOUBLE_EQ(triangle.mean(), 50);
  const RequestCurve constant(load({{Seconds(0), 7}}));
  EXPECT_DOUBLE_EQ(constant.peak(), 7);
  EXPECT_DOUBLE_EQ(constant.mean(), 7);
}

}  // namespace
}  // namespace sextant
