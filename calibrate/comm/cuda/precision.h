#pragma once

#include <cublasLt.h>

#include <string>

#include "sextant/compute/kernel_timer.h"

namespace sextant::comm {

/// How a format of GEMMs is computed on a GPU.
struct GpuPrecision {
  cudaDataType_t operand = CUDA_R_32F;
  cudaDataType_t result = CUDA_R_32F;
  cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
  std::size_t operand_bytes = 4;
  std::size_t result_bytes = 4;
  std::string name;  ///< as it stands in a sample
};

/// Whether a GPU of that compute capability has units for it: bf16 and tf32 from 8.0 on (fp16 in
/// place of bf16 from 7.0 on), fp8 from 8.9 on.
bool gpu_supports(GemmFormat format, int capability);

/// fp8 is e4m3, with results in bf16. Sums are in fp32.
/// @throws CommError if the GPU does not support it
GpuPrecision gpu_precision(GemmFormat format, int capability);

/// The shape as cuBLASLt takes it: in fp8 sides are filled up to multiples of 16, as frameworks do.
Gemm gpu_shape(const Gemm& gemm, GemmFormat format);

}  // namespace sextant::comm
