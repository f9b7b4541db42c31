#pragma once

#include <string>

namespace sextant::comm {

/// The versions this build was made with and the GPUs on this node: "CUDA 13.0, cuBLASLt 13.1, NCCL
/// 2.28.7; no GPU on this node".
std::string cuda_inventory();

}  // namespace sextant::comm
