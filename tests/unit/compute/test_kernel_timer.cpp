#include "sextant/compute/kernel_timer.h"

#include <gtest/gtest.h>

#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

/// Without gaps between kernels.
class KernelTimerTest : public testing::Test {
 protected:
  static ComputeCoefficients without_gaps() {
    ComputeCoefficients coefficients = fixtures::compute();
    coefficients.kernel_gap.value = Seconds(0);
    return coefficients;
  }

  Accelerator chip_ = fixtures::accelerator();
  ComputeCoefficients coefficients_ = without_gaps();
  KernelTimer timer_{chip_, coefficients_};
};

// 200 tiles of 256 × 128 are two full waves of 100 multiprocessors.
TEST_F(KernelTimerTest, LargeGemmRunsAtItsRate) {
  const Gemm gemm{256 * 20, 128 * 10, 16384};
  const double ramp = 16384.0 / (16384.0 + 128.0);
  EXPECT_NEAR(timer_.gemm(gemm).si(), gemm.flops().si() / (1e15 * 0.8 * ramp), 1e-12);
}

TEST_F(KernelTimerTest, EightBitsRunAtTheirOwnRate) {
  const Gemm gemm{256 * 20, 128 * 10, 16384};
  EXPECT_NEAR(timer_.gemm(gemm) / timer_.gemm(gemm, GemmFormat::kFp8), 2.0 * 0.7 / 0.8, 1e-9);
}

TEST_F(KernelTimerTest, EightBitsFallBackWhereTheChipHasNone) {
  chip_.peak_fp8.reset();
  const Gemm gemm{4096, 4096, 4096};
  EXPECT_EQ(timer_.gemm(gemm, GemmFormat::kFp8), timer_.gemm(gemm));
}

TEST_F(KernelTimerTest, Fp32RunsOutsideTheMatrixUnits) {
  const Gemm gemm{256 * 20, 128 * 10, 16384};
  EXPECT_NEAR(timer_.gemm(gemm, GemmFormat::kFp32) / timer_.gemm(gemm), 8.0, 1e-9);
  EXPECT_EQ(timer_.gemm(gemm, GemmFormat::kTf32), timer_.gemm(gemm, GemmFormat::kFp32));
  chip_.peak_tf32 = fixtures::known<FlopsPerSecond>(5e14);
  EXPECT_NEAR(timer_.gemm(gemm, GemmFormat::kTf32) / timer_.gemm(gemm), 2.0, 1e-9);
}

TEST_F(KernelTimerTest, ThinGemmIsBoundByMemory) {
  const Gemm gemm{1, 16384, 16384};
  const double bytes = 2.0 * (16384.0 + 16384.0 * 16384.0 + 16384.0);
  EXPECT_GE(timer_.gemm(gemm).si(), bytes / (3e12 * 0.9));
}

TEST_F(KernelTimerTest, OneTileMoreThanAWaveCostsAWave) {
  // One row of tiles more than 100 of any shape: the smallest tile hides some of it, not all.
  const Gemm full{256 * 10, 128 * 10, 4096};
  const Gemm more{256 * 10 + 1, 128 * 10, 4096};
  EXPECT_GT(timer_.gemm(more) / timer_.gemm(full), 1.05);
}

TEST_F(KernelTimerTest, StreamingMovesBytes) {
  EXPECT_DOUBLE_EQ(timer_.streaming(Bytes(2.7e12)).si(), 1.0);
}

TEST_F(KernelTimerTest, EveryKernelTakesAGapAndThePace) {
  coefficients_.kernel_gap.value = Seconds(3e-6);
  const KernelTimer timer(chip_, coefficients_, 2.0, Seconds(1e-6));
  EXPECT_DOUBLE_EQ(timer.streaming(Bytes(2.7e6), 5.0).si(), 2.0 * (1e-6 + 5.0 * 4e-6));
  EXPECT_DOUBLE_EQ(timer.fused_attention(AttentionKernel::kFlash1, Flops(3e8)).si(),
                   2.0 * (1e-6 + 4e-6));
  const Gemm gemm{256 * 20, 128 * 10, 16384};
  EXPECT_NEAR(timer.gemm(gemm).si(), 2.0 * (timer_.gemm(gemm).si() + 4e-6), 1e-12);
}

TEST_F(KernelTimerTest, AttentionKernelsHaveTheirOwnRates) {
  const Flops work(3e14);
  EXPECT_DOUBLE_EQ(timer_.fused_attention(AttentionKernel::kFlash1, work).si(), 1.0);
  EXPECT_DOUBLE_EQ(timer_.fused_attention(AttentionKernel::kFlash2, work).si(), 0.6);
  EXPECT_DOUBLE_EQ(timer_.fused_attention(AttentionKernel::kCudnn, work).si(), 0.5);
}

TEST_F(KernelTimerTest, AbortsOnAnEmptyGemm) {
  EXPECT_DEATH(timer_.gemm({0, 16, 16}), "empty GEMM 0x16x16");
}

}  // namespace
}  // namespace sextant
