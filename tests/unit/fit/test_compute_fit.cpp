#include "calibrate/fit/compute_fit.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sextant::fit {
namespace {

Accelerator accelerator() {
  Accelerator a;
  a.memory_bandwidth.value = BytesPerSecond(2e12);
  a.peak_16bit.value = FlopsPerSecond(300e12);
  a.multiprocessors.value = 108;
  return a;
}

ComputeCoefficients coefficients(double gemm, double half_k, double memory) {
  ComputeCoefficients c;
  c.gemm_16bit.value = gemm;
  c.gemm_fp8.value = 0.5;
  c.gemm_half_k.value = half_k;
  c.memory.value = memory;
  c.kernel_gap.value = Seconds(4e-6);
  return c;
}

std::vector<KernelPoint> measured(const Accelerator& chip, const ComputeCoefficients& truth) {
  const KernelTimer timer(chip, truth);
  std::vector<KernelPoint> points;
  for (const double m : {512.0, 2048.0, 8192.0}) {
    for (const double k : {128.0, 512.0, 4096.0}) {
      KernelPoint point;
      point.gemm = {.m = m, .n = 4096, .k = k};
      point.time = timer.gemm(point.gemm);
      points.push_back(point);
    }
  }
  for (double bytes = 1e6; bytes < 1e10; bytes *= 4.0) {
    KernelPoint point;
    point.bytes = Bytes(bytes);
    point.time = timer.streaming(point.bytes);
    points.push_back(point);
  }
  return points;
}

TEST(ComputeFit, FindsWhatTheKernelsWereMadeFrom) {
  const Accelerator chip = accelerator();
  const auto points = measured(chip, coefficients(0.8, 200, 0.7));
  const ComputeFit fit =
      fit_compute(chip, coefficients(0.6, 120, 0.9), points, "a test", "2026-01-01");
  EXPECT_NEAR(fit.coefficients.gemm_16bit.value, 0.8, 0.02);
  EXPECT_NEAR(fit.coefficients.gemm_half_k.value, 200, 20);
  EXPECT_NEAR(fit.coefficients.memory.value, 0.7, 0.01);
  EXPECT_LT(fit.median_error, 0.01);
  EXPECT_EQ(fit.coefficients.memory.method, Method::kFitted);
  EXPECT_EQ(fit.coefficients.memory.source, "a test");
}

/// A core of a processor, which has fp32 alone; the shapes are those that sextant-comm times.
struct Core {
  Core() {
    chip.memory_bandwidth.value = BytesPerSecond(1e11);
    chip.peak_16bit.value = FlopsPerSecond(1e12);
    chip.peak_fp32 = Coefficient<FlopsPerSecond>{};
    chip.peak_fp32->value = FlopsPerSecond(5e11);
    chip.multiprocessors.value = 1;
    truth = coefficients(0.17, 31, 0.16);
    truth.kernel_gap.value = Seconds(4e-7);
    prior = coefficients(0.1, 20, 0.1);
    prior.kernel_gap.value = Seconds(2e-6);
    prior.gemm_16bit.range = {0.02, 0.5};
    prior.gemm_half_k.range = {5.0, 80.0};
    prior.memory.range = {0.04, 0.25};
    prior.kernel_gap.range = {Seconds(1e-6), Seconds(2e-5)};
  }

  void add(const Gemm& gemm, GemmFormat format) {
    const KernelTimer timer(chip, truth);
    points.push_back({.gemm = gemm, .format = format, .time = timer.gemm(gemm, format)});
  }
  void add_all() {
    for (const double side : {64.0, 128.0, 256.0, 384.0, 512.0, 768.0, 1024.0, 1536.0}) {
      add({.m = side, .n = side, .k = side}, GemmFormat::kFp32);
    }
    for (double k = 32.0; k < 1000.0; k *= 2.0) {
      add({.m = 1536, .n = 1536, .k = k}, GemmFormat::kFp32);
    }
    const KernelTimer timer(chip, truth);
    for (double bytes = 4096.0; bytes < 2e9; bytes *= 4.0) {
      points.push_back({.bytes = Bytes(bytes), .time = timer.streaming(Bytes(bytes))});
    }
  }
  ComputeFit fit() const { return fit_compute(chip, prior, points, "a test", "2026-01-01"); }

  Accelerator chip;
  ComputeCoefficients truth, prior;
  std::vector<KernelPoint> points;
};

TEST(ComputeFit, RecoversAProcessorsCoreWithinTwoPercent) {
  Core core;
  core.add_all();
  const ComputeFit fit = core.fit();
  EXPECT_NEAR(fit.coefficients.gemm_16bit.value / 0.17, 1.0, 0.02);
  EXPECT_NEAR(fit.coefficients.gemm_half_k.value / 31, 1.0, 0.02);
  EXPECT_NEAR(fit.coefficients.memory.value / 0.16, 1.0, 0.02);
  EXPECT_NEAR(fit.coefficients.kernel_gap.value.si() / 4e-7, 1.0, 0.02);
  EXPECT_LT(fit.median_error, 0.005);
  EXPECT_TRUE(fit.checks.empty());
}

TEST(ComputeFit, ForecastsAttentionFromGemmsAndMemory) {
  Core core;
  core.add_all();
  const ComputeFit without = core.fit();
  const KernelTimer timer(core.chip, core.truth);
  for (const double rows : {256.0, 1024.0}) {
    const Gemm scores{.m = rows, .n = rows, .k = 64, .batch = 8};
    const Gemm values{.m = rows, .n = 64, .k = rows, .batch = 8};
    const Seconds time = timer.gemm(scores, GemmFormat::kFp32) +
                         timer.gemm(values, GemmFormat::kFp32) +
                         timer.streaming(Bytes(18.0 * rows * rows * 8.0));
    core.points.push_back(
        {.gemm = scores, .format = GemmFormat::kFp32, .time = time, .attention = true});
  }
  const ComputeFit fit = core.fit();
  ASSERT_EQ(fit.checks.size(), 1U);
  EXPECT_EQ(fit.checks[0].kernels, "attention");
  EXPECT_EQ(fit.checks[0].points, 2U);
  EXPECT_LT(fit.checks[0].median_error, 0.01);
  EXPECT_EQ(fit.coefficients.gemm_16bit.value, without.coefficients.gemm_16bit.value);
}

TEST(ComputeFit, WiderFormatsDoNotMoveTheRateOfSixteenBits) {
  Core core;
  core.add({.m = 1024, .n = 1024, .k = 1024}, GemmFormat::k16bit);
  core.add({.m = 2048, .n = 2048, .k = 2048}, GemmFormat::k16bit);
  const ComputeFit alone = core.fit();
  core.truth = coefficients(0.05, 31, 0.16);
  core.add({.m = 1024, .n = 1024, .k = 1024}, GemmFormat::kFp32);
  core.add({.m = 1024, .n = 1024, .k = 1024}, GemmFormat::kTf32);
  const ComputeFit fit = core.fit();
  EXPECT_EQ(fit.coefficients.gemm_16bit.value, alone.coefficients.gemm_16bit.value);
  ASSERT_EQ(fit.checks.size(), 2U);
  EXPECT_EQ(fit.checks[0].kernels, "GEMMs in fp32");
  EXPECT_GT(fit.checks[0].median_error, 0.5);
  EXPECT_EQ(fit.checks[1].kernels, "GEMMs in tf32");
}

TEST(ComputeFit, ChecksAloneFitNothing) {
  Core core;
  core.points.push_back({.gemm = {.m = 64, .n = 64, .k = 64, .batch = 8},
                         .format = GemmFormat::kFp32,
                         .time = Seconds(1e-3),
                         .attention = true});
  const ComputeFit fit = core.fit();
  EXPECT_EQ(fitted_points(core.points), 0U);
  EXPECT_TRUE(fit.fitted.empty());
  EXPECT_EQ(fit.checks.size(), 1U);
}

TEST(ComputeFit, LeavesAloneWhatNoPointTells) {
  const Accelerator chip = accelerator();
  auto points = measured(chip, coefficients(0.8, 200, 0.7));
  std::erase_if(points, [](const KernelPoint& point) { return point.gemm.m > 0; });
  const ComputeFit fit =
      fit_compute(chip, coefficients(0.6, 120, 0.9), points, "a test", "2026-01-01");
  EXPECT_EQ(fit.coefficients.gemm_16bit.value, 0.6);
  EXPECT_EQ(fit.coefficients.gemm_fp8.value, 0.5);
  EXPECT_EQ(fit.coefficients.gemm_16bit.method, Method::kAssumed);
  EXPECT_EQ(fit.fitted, (std::vector<std::string>{"memory", "kernel_gap"}));
}

TEST(ComputeFit, StaysBelowThePeak) {
  const Accelerator chip = accelerator();
  auto points = measured(chip, coefficients(0.9, 100, 0.9));
  for (KernelPoint& point : points) point.time = point.time / 2.0;
  const ComputeFit fit =
      fit_compute(chip, coefficients(0.6, 120, 0.9), points, "a test", "2026-01-01");
  EXPECT_LE(fit.coefficients.gemm_16bit.value, 1.0);
  EXPECT_LE(fit.coefficients.memory.value, 0.95);
}

}  // namespace
}  // namespace sextant::fit
