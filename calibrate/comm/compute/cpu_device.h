#pragma once

#include <memory>

#include "calibrate/comm/device.h"

namespace sextant::comm {

/// One core of the host, with Eigen. Works in fp32 only; what is queued is done at once.
/// @throws CommError if the node lacks the memory
std::unique_ptr<Device> make_cpu_device(int local_rank);

}  // namespace sextant::comm
