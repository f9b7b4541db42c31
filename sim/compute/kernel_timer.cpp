#include "sextant/compute/kernel_timer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Output tiles that GEMM libraries choose among, with the rate that each reaches relative to the
/// largest: a smaller tile reads its operands more often per FLOP.
struct Tile {
  double m, n, rate;
};
constexpr std::array kTiles{Tile{256, 128, 1.0}, Tile{128, 128, 0.93}, Tile{128, 64, 0.8},
                            Tile{64, 64, 0.6}};

double covered(double extent, double tile) { return std::ceil(extent / tile); }

}  // namespace

KernelTimer::KernelTimer(const Accelerator& accelerator, const ComputeCoefficients& coefficients)
    : accelerator_(accelerator), coefficients_(coefficients) {}

double KernelTimer::filled_waves(const Gemm& gemm) const {
  const double units = accelerator_.multiprocessors.value;
  double best = 0.0;
  for (const Tile& tile : kTiles) {
    const double tiles = covered(gemm.m, tile.m) * covered(gemm.n, tile.n) * gemm.batch;
    const double useful = gemm.m * gemm.n * gemm.batch / (tile.m * tile.n);
    best = std::max(best, tile.rate * useful / (covered(tiles, units) * units));
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
  return std::max(arithmetic, streaming(moved));
}

Seconds KernelTimer::streaming(Bytes bytes) const {
  const Seconds time = bytes / (accelerator_.memory_bandwidth.value * coefficients_.memory.value);
  return std::max(time, coefficients_.kernel_floor.value);
}

Seconds KernelTimer::fused_attention(AttentionKernel kernel, Flops flops) const {
  SEXTANT_ASSERT(kernel != AttentionKernel::kUnfused, "unfused attention is not one kernel");
  const double efficiency = kernel == AttentionKernel::kFlash1   ? coefficients_.attention_flash1
                            : kernel == AttentionKernel::kFlash2 ? coefficients_.attention_flash2
                                                                 : coefficients_.attention_cudnn;
  const Seconds time = flops / (accelerator_.peak_16bit.value * efficiency);
  return std::max(time, coefficients_.kernel_floor.value);
}

}  // namespace sextant
