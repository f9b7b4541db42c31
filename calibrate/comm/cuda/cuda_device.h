#pragma once

#include <memory>

#include "calibrate/comm/device.h"

namespace sextant::comm {

/// The GPU of the node's rank `local_rank`, with cuBLASLt.
/// @throws CommError if the rank has none, or the build has no cuBLASLt
std::unique_ptr<Device> make_cuda_device(int local_rank);

}  // namespace sextant::comm
