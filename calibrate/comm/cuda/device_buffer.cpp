#include "calibrate/comm/cuda/device_buffer.h"

#include <cuda_runtime_api.h>

#include "calibrate/comm/cuda/cuda_check.h"
#include "sextant/kernel/assert.h"

namespace sextant::comm {

DeviceBuffer::DeviceBuffer(const Gpu& gpu, std::size_t bytes) : gpu_(gpu), bytes_(bytes) {
  gpu_.use();
  memory_ = device_memory(bytes);
}

void DeviceBuffer::put(std::size_t offset, std::span<const std::byte> from) {
  SEXTANT_ASSERT(offset + from.size() <= bytes_, "{} bytes at {} of {}", from.size(), offset,
                 bytes_);
  gpu_.use();
  check_cuda(cudaMemcpy(data() + offset, from.data(), from.size(), cudaMemcpyHostToDevice),
             "cudaMemcpy");
  check_cuda(cudaDeviceSynchronize(), "cudaDeviceSynchronize");  // small ones end after the call
}

void DeviceBuffer::get(std::size_t offset, std::span<std::byte> to) {
  SEXTANT_ASSERT(offset + to.size() <= bytes_, "{} bytes at {} of {}", to.size(), offset, bytes_);
  gpu_.use();
  check_cuda(cudaMemcpy(to.data(), data() + offset, to.size(), cudaMemcpyDeviceToHost),
             "cudaMemcpy");
}

}  // namespace sextant::comm
