#include "sextant/network/transfer_curve.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

TransferCurve curve(std::vector<CurvePoint> points) {
  TransferCurve result;
  result.points = std::move(points);
  return result;
}

TEST(TransferCurve, IsAffineBetweenPointsAndBelowTheFirst) {
  const TransferCurve c = curve({{Bytes(100), Seconds(3)}, {Bytes(200), Seconds(5)}});
  EXPECT_DOUBLE_EQ(c.at(Bytes(100)).si(), 3.0);
  EXPECT_DOUBLE_EQ(c.at(Bytes(150)).si(), 4.0);
  EXPECT_DOUBLE_EQ(c.at(Bytes(0)).si(), 1.0);
}

TEST(TransferCurve, IsNeverNegative) {
  const TransferCurve c = curve({{Bytes(100), Seconds(1)}, {Bytes(200), Seconds(5)}});
  EXPECT_DOUBLE_EQ(c.at(Bytes(0)).si(), 0.0);
}

TEST(TransferCurve, GoesOnAsBetweenTheLastTwoPoints) {
  const TransferCurve c = curve({{Bytes(100), Seconds(3)}, {Bytes(200), Seconds(5)}});
  EXPECT_DOUBLE_EQ(c.at(Bytes(400)).si(), 9.0);
}

TEST(TransferCurve, NeverGetsSlowerPerByteBeyondItsEnd) {
  const TransferCurve c = curve({{Bytes(100), Seconds(1)}, {Bytes(200), Seconds(5)}});
  EXPECT_DOUBLE_EQ(c.at(Bytes(400)).si(), 10.0);
}

TEST(TransferCurve, NeverGetsFasterBeyondItsEnd) {
  const TransferCurve c = curve({{Bytes(100), Seconds(4)}, {Bytes(200), Seconds(3)}});
  EXPECT_DOUBLE_EQ(c.at(Bytes(400)).si(), 3.0);
}

TEST(TransferCurve, OnePointIsALatencyAndARate) {
  const TransferCurve c = curve({{Bytes(100), Seconds(3)}});
  EXPECT_DOUBLE_EQ(c.at(Bytes(1)).si(), 3.0);
  EXPECT_DOUBLE_EQ(c.at(Bytes(200)).si(), 6.0);
}

}  // namespace
}  // namespace sextant
