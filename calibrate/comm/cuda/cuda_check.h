#pragma once

#include <cuda_runtime_api.h>

namespace sextant::comm {

/// @throws CommError with CUDA's own words if `code` is not cudaSuccess; `call` is what was called
void check_cuda(cudaError_t code, const char* call);

}  // namespace sextant::comm
