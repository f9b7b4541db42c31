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
