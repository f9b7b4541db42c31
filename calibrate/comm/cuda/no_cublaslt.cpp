#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/cuda/cuda_device.h"

namespace sextant::comm {

std::unique_ptr<Device> make_cuda_device(int) {
  throw CommError("this build has no device cuda: install cuBLAS (libcublas-dev) and build again");
}

}  // namespace sextant::comm
