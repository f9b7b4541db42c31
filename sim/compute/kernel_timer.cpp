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

Seconds KernelTimer::gemm(const Gemm& gemm, bool fp8) const {
  SEXTANT_ASSERT(gemm.m > 0 && gemm.n > 0 && gemm.k > 0 && gemm.batch > 0, "empty GEMM {}x{}x{}",
                 gemm.m, gemm.n, gemm.k);
  const bool eight_bit = fp8 && accelerator_.peak_fp8.has_value();
  const FlopsPerSecond peak =
      eight_bit ? accelerator_.peak_fp8->value : accelerator_.peak_16bit.value;
  const double efficiency = eight_bit ? coefficients_.gemm_fp8 : coefficients_.gemm_16bit;
  const double ramp = gemm.k / (gemm.k + coefficients_.gemm_half_k);
  const Seconds arithmetic = gemm.flops() / (peak * (efficiency * ramp * filled_waves(gemm)));
  const double element = eight_bit ? 1.0 : 2.0;
  const Bytes moved(gemm.batch *
                    (element * (gemm.m * gemm.k + gemm.k * gemm.n) + 2.0 * gemm.m * gemm.n));
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
