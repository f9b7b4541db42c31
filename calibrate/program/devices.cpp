#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/device.h"
#ifdef SEXTANT_HAS_COMM_COMPUTE
#include "calibrate/comm/compute/cpu_device.h"
#endif
#ifdef SEXTANT_HAS_COMM_CUDA
#include "calibrate/comm/cuda/cuda_device.h"
#include "calibrate/comm/cuda/gpu.h"
#endif

namespace sextant::comm {
namespace {

std::unique_ptr<Device> cuda_device(int local_rank) {
#ifdef SEXTANT_HAS_COMM_CUDA
  return make_cuda_device(local_rank);
#else
  static_cast<void>(local_rank);
  throw CommError("this build has no CUDA device: install the CUDA toolkit and build again");
#endif
}

/// Where there are some, a rank without one is an error: it does not compute on a core instead.
bool has_gpus() {
#ifdef SEXTANT_HAS_COMM_CUDA
  return gpus_here().count > 0;
#else
  return false;
#endif
}

}  // namespace

std::unique_ptr<Device> make_device(const std::string& kind, int local_rank) {
  const bool on_gpu = kind == "cuda" || (kind != "cpu" && has_gpus());
  return on_gpu ? cuda_device(local_rank) : make_cpu_device(local_rank);
}

}  // namespace sextant::comm
