#include "calibrate/comm/cuda/gpu.h"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/cuda/cuda_check.h"

namespace sextant::comm {
namespace {

/// The driver's release, "570.124.06": the first word of the kernel module's own line that is a
/// number with a point; else the newest CUDA that the driver knows.
std::string driver_version() {
  std::ifstream file("/proc/driver/nvidia/version");
  std::string line;
  std::getline(file, line);
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    const bool number = word.find_first_not_of("0123456789.") == std::string::npos;
    if (number && word.find('.') != std::string::npos) return word;
  }
  int version = 0;
  check_cuda(cudaDriverGetVersion(&version), "cudaDriverGetVersion");
  return "CUDA " + cuda_version_text(version);
}

}  // namespace

Gpus gpus_here() {
  Gpus gpus;
  const cudaError_t code = cudaGetDeviceCount(&gpus.count);
  if (code != cudaSuccess) gpus = {0, cudaGetErrorString(code)};
  return gpus;
}

int gpu_of_rank(int local_rank, const Gpus& gpus) {
  if (gpus.count == 0) {
    throw CommError(fmt::format(
        "no GPU on this node that CUDA can use{}{}: look at nvidia-smi, and whether the job asked "
        "for GPUs; --backend mpi or ofi and --device cpu do without",
        gpus.fault.empty() ? "" : ", it says: ", gpus.fault));
  }
  if (gpus.count == 1) return 0;
  if (local_rank < gpus.count) return local_rank;
  throw CommError(fmt::format(
      "rank {} of this node has no GPU: there are {}; start as many ranks on a node as it has GPUs",
      local_rank, gpus.count));
}

Gpu::Gpu(int local_rank) : index_(gpu_of_rank(local_rank, gpus_here())) {
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, index_), "cudaGetDeviceProperties");
  name_ = properties.name;
  capability_ = 10 * properties.major + properties.minor;
  use();
}

void Gpu::use() const { check_cuda(cudaSetDevice(index_), "cudaSetDevice"); }

void Gpu::describe(ingest::Environment& environment) const {
  int runtime = 0;
  check_cuda(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion");
  environment.accelerator = name_;
  environment.driver = driver_version();
  environment.conditions["cuda"] = cuda_version_text(runtime);
}

std::string cuda_version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

}  // namespace sextant::comm
