#include "sextant/compute/kernel_timer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Sides of the output tiles that GEMM libraries choose among.
constexpr std::array kTileRows{64.0, 128.0, 192.0, 256.0};
constexpr std::array kTileColumns{64.0, 96.0, 128.0, 192.0, 256.0};

/// Rate of a tile relative to one of 256 x 128: a smaller one reads its operands more often.
double tile_rate(double rows, double columns) {
  constexpr double kPerRead = 22.0;
  const double reads = 1.0 / rows + 1.0 / columns;
  const double usual = 1.0 / 256.0 + 1.0 / 128.0;
  return 1.0 / (1.0 + kPerRead * std::max(0.0, reads - usual));
}

double covered(double extent, double tile) { return std::ceil(extent / tile); }

}  // namespace

KernelTimer::KernelTimer(const Accelerator& accelerator, const ComputeCoefficients& coefficients,
                         double pace, Seconds between)
    : accelerator_(accelerator),
      coefficients_(coefficients),
      pace_(pace),
      gap_(coefficients.kernel_gap.value + between) {}

double KernelTimer::filled_waves(const Gemm& gemm) const {
  const double units = accelerator_.multiprocessors.value;
  double best = 0.0;
  for (const double rows : kTileRows) {
    for (const double columns : kTileColumns) {
      const double tiles = covered(gemm.m, rows) * covered(gemm.n, columns) * gemm.batch;
      const double useful = gemm.m * gemm.n * gemm.batch / (rows * columns);
      const double filled = useful / (covered(tiles, units) * units);
      best = std::max(best, tile_rate(rows, columns) * filled);
    }
  }
  return best;
}

/// The format in which the chip does it: the next wider one where it has no units.
GemmFormat KernelTimer::supported(GemmFormat format) const {
  if (format == GemmFormat::kFp8 && !accelerator_.peak_fp8) return GemmFormat::k16bit;
  if (format == GemmFormat::kTf32 && !accelerator_.peak_tf32) return GemmFormat::kFp32;
  return format;
}

FlopsPerSecond KernelTimer::peak(GemmFormat format) const {
  constexpr double kFp32Share = 0.125;  // where a datasheet is silent: V100's 15.7 of 125 TFLOP/s
  switch (format) {
    case GemmFormat::kFp8:
      return accelerator_.peak_fp8->value;
    case GemmFormat::kTf32:
      return accelerator_.peak_tf32->value;
    case GemmFormat::kFp32:
      return accelerator_.peak_fp32 ? accelerator_.peak_fp32->value
                                    : accelerator_.peak_16bit.value * kFp32Share;
    case GemmFormat::k16bit:
      break;
  }
  return accelerator_.peak_16bit.value;
}

Seconds KernelTimer::gemm(const Gemm& gemm, GemmFormat format) const {
  SEXTANT_ASSERT(gemm.m > 0 && gemm.n > 0 && gemm.k > 0 && gemm.batch > 0, "empty GEMM {}x{}x{}",
                 gemm.m, gemm.n, gemm.k);
  const GemmFormat done_in = supported(format);
  const bool eight_bit = done_in == GemmFormat::kFp8;
  const bool wide = done_in == GemmFormat::kTf32 || done_in == GemmFormat::kFp32;
  const double efficiency = eight_bit ? coefficients_.gemm_fp8 : coefficients_.gemm_16bit;
  const double ramp = gemm.k / (gemm.k + coefficients_.gemm_half_k);
  const Seconds arithmetic =
      gemm.flops() / (peak(done_in) * (efficiency * ramp * filled_waves(gemm)));
  const double operand = eight_bit ? 1.0 : wide ? 4.0 : 2.0;
  const double result = wide ? 4.0 : 2.0;
  const Bytes moved(gemm.batch *
                    (operand * (gemm.m * gemm.k + gemm.k * gemm.n) + result * gemm.m * gemm.n));
  return pace_ * (std::max(arithmetic, moving(moved)) + gap_);
}

Seconds KernelTimer::moving(Bytes bytes) const {
  return bytes / (accelerator_.memory_bandwidth.value * coefficients_.memory.value);
}

Seconds KernelTimer::streaming(Bytes bytes, double kernels) const {
  return pace_ * (moving(bytes) + gap_ * kernels);
}

Seconds KernelTimer::fused_attention(AttentionKernel kernel, Flops flops) const {
  SEXTANT_ASSERT(kernel != AttentionKernel::kUnfused, "unfused attention is not one kernel");
  const double efficiency = kernel == AttentionKernel::kFlash1   ? coefficients_.attention_flash1
                            : kernel == AttentionKernel::kFlash2 ? coefficients_.attention_flash2
                                                                 : coefficients_.attention_cudnn;
  const Seconds time = flops / (accelerator_.peak_16bit.value * efficiency);
  return pace_ * (time + gap_);
}

}  // namespace sextant
