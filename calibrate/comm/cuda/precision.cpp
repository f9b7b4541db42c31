#include "calibrate/comm/cuda/precision.h"

#include <fmt/format.h>

#include <cmath>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr int kVolta = 70, kAmpere = 80, kAda = 89;
constexpr double kFp8Multiple = 16.0;

double filled_up(double side) { return std::ceil(side / kFp8Multiple) * kFp8Multiple; }

}  // namespace

bool gpu_supports(GemmFormat format, int capability) {
  switch (format) {
    case GemmFormat::k16bit:
      return capability >= kVolta;
    case GemmFormat::kFp8:
      return capability >= kAda;
    case GemmFormat::kTf32:
      return capability >= kAmpere;
    case GemmFormat::kFp32:
      break;
  }
  return true;
}

GpuPrecision gpu_precision(GemmFormat format, int capability) {
  if (!gpu_supports(format, capability)) {
    throw CommError(fmt::format("a GPU of compute capability {}.{} does not have this format",
                                capability / 10, capability % 10));
  }
  switch (format) {
    case GemmFormat::k16bit:
      if (capability < kAmpere) return {CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F, 2, 2, "half"};
      return {CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F, 2, 2, "bf16"};
    case GemmFormat::kFp8:
      return {CUDA_R_8F_E4M3, CUDA_R_16BF, CUBLAS_COMPUTE_32F, 1, 2, "fp8"};
    case GemmFormat::kTf32:
      return {CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, 4, 4, "tf32"};
    case GemmFormat::kFp32:
      break;
  }
  return {CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F, 4, 4, "float"};
}

Gemm gpu_shape(const Gemm& gemm, GemmFormat format) {
  if (format != GemmFormat::kFp8) return gemm;
  return {filled_up(gemm.m), filled_up(gemm.n), filled_up(gemm.k), gemm.batch};
}

}  // namespace sextant::comm
