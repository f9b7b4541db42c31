#include "src/sweep/sampling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace sextant::sweep {
namespace {

TEST(LatinHypercube, FillsEverySliceOfEveryInputOnce) {
  constexpr std::int64_t kCount = 100;
  for (std::size_t input = 0; input < 3; ++input) {
    std::set<int> slices;
    for (std::int64_t i = 0; i < kCount; ++i) {
      slices.insert(static_cast<int>(latin_hypercube_point(i, kCount, 3, 7)[input] * kCount));
    }
    EXPECT_EQ(slices.size(), 100u);
  }
}

TEST(LatinHypercube, OfOnePointLiesAnywhere) {
  std::set<double> seen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const UnitPoint point = latin_hypercube_point(0, 1, 2, seed);
    EXPECT_THAT(point, testing::Each(testing::AllOf(testing::Gt(0.0), testing::Lt(1.0))));
    seen.insert(point.begin(), point.end());
  }
  EXPECT_EQ(seen.size(), 40u);
}

TEST(LatinHypercube, InputsAreNotCorrelated) {
  constexpr std::int64_t kCount = 2000;
  double sum = 0;
  for (std::int64_t i = 0; i < kCount; ++i) {
    const UnitPoint point = latin_hypercube_point(i, kCount, 2, 11);
    sum += (point[0] - 0.5) * (point[1] - 0.5);
  }
  EXPECT_NEAR(12 * sum / kCount, 0, 4 / std::sqrt(static_cast<double>(kCount)));
}

TEST(LatinHypercube, DependsOnTheSeed) {
  EXPECT_EQ(latin_hypercube_point(3, 10, 2, 1), latin_hypercube_point(3, 10, 2, 1));
  EXPECT_NE(latin_hypercube_point(3, 10, 2, 1), latin_hypercube_point(3, 10, 2, 2));
}

TEST(LatinHypercubeDeathTest, KnowsNoOtherPoints) {
  EXPECT_DEATH(latin_hypercube_point(10, 10, 1, 1), "point 10 of 10");
}

TEST(MorrisDesign, ChangesOneInputAfterAnother) {
  const MorrisDesign design{.inputs = 4, .trajectories = 6, .levels = 4, .seed = 3};
  ASSERT_EQ(design.count(), 30);
  for (std::int64_t trajectory = 0; trajectory < design.trajectories; ++trajectory) {
    std::set<std::size_t> changed;
    for (std::int64_t k = 1; k <= design.inputs; ++k) {
      const UnitPoint before = design.point(5 * trajectory + k - 1);
      const UnitPoint after = design.point(5 * trajectory + k);
      for (std::size_t input = 0; input < 4; ++input) {
        if (before[input] == after[input]) continue;
        EXPECT_NEAR(std::abs(after[input] - before[input]), 2.0 / 3, 1e-15);
        EXPECT_TRUE(changed.insert(input).second) << "changed twice: " << input;
      }
      EXPECT_EQ(std::ssize(changed), k);
    }
  }
}

TEST(MorrisDesign, UsesEveryLevelAndBothDirections) {
  const MorrisDesign design{.inputs = 1, .trajectories = 200, .levels = 6, .seed = 1};
  std::set<double> levels;
  int up = 0;
  for (std::int64_t i = 0; i < design.count(); i += 2) {
    levels.insert({design.point(i)[0], design.point(i + 1)[0]});
    up += design.point(i + 1)[0] > design.point(i)[0] ? 1 : 0;
  }
  EXPECT_THAT(levels, testing::ElementsAre(0, 1.0 / 5, 2.0 / 5, 3.0 / 5, 4.0 / 5, 1));
  EXPECT_NEAR(up, 100, 40);
}

TEST(SobolDesign, HasRowsOfTwoPointsAndTheirMixtures) {
  const SobolDesign design{.inputs = 3, .base = 4, .seed = 5};
  ASSERT_EQ(design.count(), 20);
  for (std::int64_t row = 0; row < 4; ++row) {
    const UnitPoint a = design.point(5 * row), b = design.point(5 * row + 1);
    EXPECT_EQ(design.point(5 * row + 2), (UnitPoint{b[0], a[1], a[2]}));
    EXPECT_EQ(design.point(5 * row + 3), (UnitPoint{a[0], b[1], a[2]}));
    EXPECT_EQ(design.point(5 * row + 4), (UnitPoint{a[0], a[1], b[2]}));
  }
}

/// A digital shift leaves a net a net: of 2^k points one lies in each of 2^k equal slices.
TEST(SobolDesign, SpreadsEveryInputOfBothHalves) {
  const SobolDesign design{.inputs = 5, .base = 64, .seed = 9};
  for (std::int64_t half = 0; half < 2; ++half) {
    for (std::size_t input = 0; input < 5; ++input) {
      std::set<int> slices;
      for (std::int64_t row = 0; row < design.base; ++row) {
        slices.insert(static_cast<int>(design.point(7 * row + half)[input] * 64));
      }
      EXPECT_EQ(slices.size(), 64u) << half << ", " << input;
    }
  }
}

/// Joe and Kuo's first points in two dimensions; a shift cancels out of differences of bits.
TEST(SobolDesign, IsJoeAndKuosSequenceShifted) {
  const SobolDesign design{.inputs = 1, .base = 4, .seed = 1};
  const auto bits = [&](std::int64_t row, std::int64_t half) {
    return static_cast<std::uint64_t>(design.point(3 * row + half)[0] * 0x1p53);
  };
  const double expected[4][2] = {{0, 0}, {0.5, 0.5}, {0.75, 0.25}, {0.25, 0.75}};
  for (std::int64_t row = 0; row < 4; ++row) {
    for (std::int64_t half = 0; half < 2; ++half) {
      const std::uint64_t unshifted = bits(row, half) ^ bits(0, half);
      EXPECT_EQ(static_cast<double>(unshifted) * 0x1p-53, expected[row][half]) << row;
    }
  }
}

TEST(SobolDesign, DependsOnTheSeed) {
  const SobolDesign one{.inputs = 2, .base = 8, .seed = 1}, two{.inputs = 2, .base = 8, .seed = 2};
  EXPECT_NE(one.point(0), two.point(0));
}

TEST(SobolDesign, HasAsManyInputsAsTheSequenceAllows) {
  const SobolDesign most{.inputs = SobolDesign::kMostInputs, .base = 2, .seed = 1};
  EXPECT_EQ(std::ssize(most.point(1)), SobolDesign::kMostInputs);
}

}  // namespace
}  // namespace sextant::sweep
