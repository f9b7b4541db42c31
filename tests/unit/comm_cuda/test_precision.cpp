#include "calibrate/comm/cuda/precision.h"

#include <gtest/gtest.h>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr int kVolta = 70, kAmpere = 80, kAda = 89, kHopper = 90;

TEST(GpuPrecisionTest, EachGenerationHasItsFormats) {
  EXPECT_TRUE(gpu_supports(GemmFormat::k16bit, kVolta));
  EXPECT_FALSE(gpu_supports(GemmFormat::kTf32, kVolta));
  EXPECT_TRUE(gpu_supports(GemmFormat::kTf32, kAmpere));
  EXPECT_FALSE(gpu_supports(GemmFormat::kFp8, kAmpere));
  EXPECT_TRUE(gpu_supports(GemmFormat::kFp8, kAda));
  EXPECT_TRUE(gpu_supports(GemmFormat::kFp8, kHopper));
  EXPECT_TRUE(gpu_supports(GemmFormat::kFp32, 35));
  EXPECT_THROW(gpu_precision(GemmFormat::kFp8, kAmpere), CommError);
}

TEST(GpuPrecisionTest, IsNamedAsTheFitReadsIt) {
  EXPECT_EQ(gpu_precision(GemmFormat::k16bit, kHopper).name, "bf16");
  EXPECT_EQ(gpu_precision(GemmFormat::k16bit, kVolta).name, "half");
  EXPECT_EQ(gpu_precision(GemmFormat::kFp8, kHopper).name, "fp8");
  EXPECT_EQ(gpu_precision(GemmFormat::kTf32, kHopper).name, "tf32");
  EXPECT_EQ(gpu_precision(GemmFormat::kFp32, kHopper).name, "float");
}

TEST(GpuPrecisionTest, Fp8ReadsOneByteAndWritesTwo) {
  const GpuPrecision fp8 = gpu_precision(GemmFormat::kFp8, kHopper);
  EXPECT_EQ(fp8.operand, CUDA_R_8F_E4M3);
  EXPECT_EQ(fp8.operand_bytes, 1U);
  EXPECT_EQ(fp8.result, CUDA_R_16BF);
  EXPECT_EQ(fp8.result_bytes, 2U);
}

TEST(GpuPrecisionTest, Tf32IsFp32InMemoryOnly) {
  const GpuPrecision tf32 = gpu_precision(GemmFormat::kTf32, kAmpere);
  const GpuPrecision fp32 = gpu_precision(GemmFormat::kFp32, kAmpere);
  EXPECT_EQ(tf32.operand, fp32.operand);
  EXPECT_EQ(tf32.operand_bytes, 4U);
  EXPECT_NE(tf32.compute, fp32.compute);
}

TEST(GpuPrecisionTest, ShapesOfFp8AreFilledUp) {
  const Gemm filled = gpu_shape({.m = 1000, .n = 16, .k = 17, .batch = 3}, GemmFormat::kFp8);
  EXPECT_EQ(filled.m, 1008);
  EXPECT_EQ(filled.n, 16);
  EXPECT_EQ(filled.k, 32);
  EXPECT_EQ(filled.batch, 3);
  EXPECT_EQ(gpu_shape({.m = 1000, .n = 1, .k = 17}, GemmFormat::k16bit).m, 1000);
}

}  // namespace
}  // namespace sextant::comm
