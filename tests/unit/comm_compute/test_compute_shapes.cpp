#include "calibrate/comm/compute/compute_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::comm {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;

TEST(ComputeShapesTest, SidesGoUpByHalfPowersOfTwo) {
  EXPECT_THAT(square_sides(600), ElementsAre(64, 128, 256, 384, 512));
  EXPECT_THAT(square_sides(10), ElementsAre(10));
  EXPECT_EQ(square_sides(16384).back(), 16384);
}

TEST(ComputeShapesTest, NoShapeIsMoreWorkThanTheLargestSquare) {
  for (const double largest : {8.0, 64.0, 500.0, 2048.0, 16384.0}) {
    const std::vector<double> sides = square_sides(largest);
    const double side = sides.back();
    const Gemm square{.m = side, .n = side, .k = side};
    for (const Gemm& gemm : gemm_shapes(sides)) {
      EXPECT_LE(gemm.flops().si(), square.flops().si() * (1.0 + 1e-9));
      EXPECT_THAT((std::vector{gemm.m, gemm.n, gemm.k, gemm.batch}), Each(Ge(1.0)));
    }
  }
}

TEST(ComputeShapesTest, InnerDimensionsGoDownToTheRamp) {
  double smallest = 1e9;
  for (const Gemm& gemm : gemm_shapes({2048})) smallest = std::min(smallest, gemm.k);
  EXPECT_EQ(smallest, 32);
}

TEST(ComputeShapesTest, OperandsAndResultCountOnce) {
  const Gemm gemm{.m = 2, .n = 3, .k = 5, .batch = 7};
  EXPECT_EQ(gemm_bytes(gemm, GemmFormat::kFp32), 7 * 4 * (10 + 15 + 6));
  EXPECT_EQ(gemm_bytes(gemm, GemmFormat::k16bit), 7 * 2 * (10 + 15 + 6));
  EXPECT_EQ(gemm_bytes(gemm, GemmFormat::kFp8), 7 * (10 + 15 + 2 * 6));
}

TEST(ComputeShapesTest, StreamsReachTheLargestSizeAndTheGapOfAKernel) {
  EXPECT_THAT(stream_sizes(100000), ElementsAre(4096, 16384, 65536, 100000));
  EXPECT_THAT(stream_sizes(10), ElementsAre(10));
}

TEST(ComputeShapesTest, AttentionStaysBelowTheLargestSide) {
  for (const Gemm& scores : attention_shapes(1000)) {
    EXPECT_THAT(scores.m, Le(1000));
    EXPECT_EQ(scores.m, scores.n);
  }
  EXPECT_EQ(attention_shapes(1000).size(), 6U);
  EXPECT_EQ(attention_shapes(16384).back().m, 4096);
}

}  // namespace
}  // namespace sextant::comm
