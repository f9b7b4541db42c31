#pragma once

#include <cstdint>

#include "sextant/cluster/accelerator.h"
#include "sextant/compute/compute_coefficients.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// C[m×n] += A[m×k]·B[k×n], `batch` times.
struct Gemm {
  double m = 0, n = 0, k = 0;
  double batch = 1;
  Flops flops() const { return Flops(2.0 * m * n * k * batch); }
};

/// Number format of a GEMM's operands.
enum class GemmFormat { k16bit, kFp8, kTf32, kFp32 };

/// How attention is computed. Unfused attention materialises the scores.
enum class AttentionKernel { kUnfused, kFlash1, kFlash2, kCudnn };

template <>
struct EnumNames<AttentionKernel> {
  static constexpr std::array table{std::pair{AttentionKernel::kUnfused, "fused_softmax"},
                                    std::pair{AttentionKernel::kFlash1, "flash1"},
                                    std::pair{AttentionKernel::kFlash2, "flash2"},
                                    std::pair{AttentionKernel::kCudnn, "cudnn"}};
};

/// Time of single kernels on one accelerator. Holds references: use it within their lifetime.
class KernelTimer {
 public:
  /// Every kernel takes `pace` times as long as the coefficients say, and `between` more.
  KernelTimer(const Accelerator& accelerator, const ComputeCoefficients& coefficients,
              double pace = 1.0, Seconds between = Seconds(0));

  /// Time of one (batched) GEMM [s]: the longer of arithmetic at
  /// `peak · efficiency · k/(k + half_k) · wave` and of moving its three matrices once, and the gap
  /// of a kernel. `wave` is the share of the multiprocessors' time that tiles fill, for the best of
  /// a few tile shapes. Where the datasheet has no rate for a format, fp8 and tf32 stay
  /// at that of the next wider one that it has, fp32 at an eighth of the 16-bit rate.
  Seconds gemm(const Gemm& gemm, GemmFormat format = GemmFormat::k16bit) const;

  /// Time of kernels that together move `bytes` through device memory [s].
  Seconds streaming(Bytes bytes, double kernels = 1.0) const;

  /// Time of a fused attention kernel [s] with `flops` of causal work (masked half not counted).
  Seconds fused_attention(AttentionKernel kernel, Flops flops) const;

 private:
  GemmFormat supported(GemmFormat format) const;
  FlopsPerSecond peak(GemmFormat format) const;
  double filled_waves(const Gemm& gemm) const;

  Seconds moving(Bytes bytes) const;

  const Accelerator& accelerator_;
  const ComputeCoefficients& coefficients_;
  double pace_;
  Seconds gap_;
};

}  // namespace sextant
