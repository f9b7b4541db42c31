#include "calibrate/comm/cuda/cuda_check.h"

#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {

void check_cuda(cudaError_t code, const char* call) {
  if (code == cudaSuccess) return;
  throw CommError(
      fmt::format("{} failed: {} ({})", call, cudaGetErrorString(code), cudaGetErrorName(code)));
}

}  // namespace sextant::comm
