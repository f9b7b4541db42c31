#include "calibrate/comm/cuda/cuda_inventory.h"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <vector>

#include "calibrate/comm/cuda/gpu.h"
#ifdef SEXTANT_HAS_CUBLASLT
#include <cublasLt.h>
#endif
#ifdef SEXTANT_HAS_NCCL
#include <nccl.h>
#endif

namespace sextant::comm {
namespace {

std::string gpus_text(int gpus) {
  if (gpus == 0) return "no GPU on this node";
  cudaDeviceProp properties{};
  if (cudaGetDeviceProperties(&properties, 0) != cudaSuccess) return fmt::format("{} GPUs", gpus);
  return fmt::format("{} × {} on this node", gpus, properties.name);
}

}  // namespace

std::string cuda_inventory() {
  std::vector<std::string> parts{"CUDA " + cuda_version_text(CUDART_VERSION)};
#ifdef SEXTANT_HAS_CUBLASLT
  parts.push_back(fmt::format("cuBLASLt {}.{}", CUBLAS_VER_MAJOR, CUBLAS_VER_MINOR));
#else
  parts.emplace_back("no cuBLASLt");
#endif
#ifdef SEXTANT_HAS_NCCL
  parts.push_back(fmt::format("NCCL {}.{}.{}", NCCL_MAJOR, NCCL_MINOR, NCCL_PATCH));
#else
  parts.emplace_back("no NCCL");
#endif
  return fmt::format("{}; {}", fmt::join(parts, ", "), gpus_text(gpus_here().count));
}

}  // namespace sextant::comm
