#include "sextant/kernel/uncertain.h"

#include <gtest/gtest.h>

#include "sextant/kernel/quantity.h"

namespace sextant {
namespace {

Coefficient<Seconds> minutes(double value, std::optional<std::array<double, 2>> range) {
  Coefficient<Seconds> time;
  time.value = value * kMinute;
  if (range) time.range = std::array{(*range)[0] * kMinute, (*range)[1] * kMinute};
  return time;
}

TEST(AtScore, ItsEndsAreTheTenthAndTheNinetiethPercentile) {
  const auto time = minutes(5, std::array{3.0, 20.0});
  EXPECT_EQ(at_score(time, 0).si(), 300);
  EXPECT_NEAR(at_score(time, 1.2815515655446004).si(), 1200, 1e-9);
  EXPECT_NEAR(at_score(time, -1.2815515655446004).si(), 180, 1e-9);
  EXPECT_NEAR(at_score(time, 2 * 1.2815515655446004).si(), 4800, 1e-9);
}

TEST(AtScore, WithoutARangeIsTheValue) {
  EXPECT_EQ(at_score(minutes(5, std::nullopt), 3).si(), 300);
  EXPECT_EQ(at_score(minutes(5, std::array{0.0, 20.0}), -3).si(), 300);
  EXPECT_EQ(at_score(minutes(0, std::array{0.0, 20.0}), 1).si(), 0);
}

}  // namespace
}  // namespace sextant
