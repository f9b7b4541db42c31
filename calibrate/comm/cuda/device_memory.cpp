#include "calibrate/comm/cuda/device_memory.h"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/cuda/cuda_check.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kBlock = std::size_t{8} << 20;

/// A bf16 between a half and one: its upper byte is also an fp8 number, ±1.875, and its lower one
/// is any positive fp8 number (0x7F would be none).
std::vector<std::uint16_t> values() {
  std::vector<std::uint16_t> block(kBlock / sizeof(std::uint16_t));
  std::minstd_rand random;
  for (std::uint16_t& value : block) {
    const auto bits = static_cast<std::uint32_t>(random());
    const std::uint32_t sign = (bits >> 16 & 1U) << 15;
    value = static_cast<std::uint16_t>(sign | 0x3F00U | bits % 0x7FU);
  }
  return block;
}

double gib(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 30); }

}  // namespace

void DeviceFree::operator()(std::byte* memory) const { cudaFree(memory); }

DeviceMemory device_memory(std::size_t bytes) {
  void* memory = nullptr;
  const cudaError_t code = cudaMalloc(&memory, bytes);
  if (code == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // is not to be found by the next call
    std::size_t free = 0, total = 0;
    check_cuda(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
    throw CommError(fmt::format(
        "no room for {:.2f} GiB on the GPU: {:.2f} of {:.2f} GiB are free; measure smaller shapes "
        "and messages, and see by nvidia-smi whether something else runs there",
        gib(bytes), gib(free), gib(total)));
  }
  check_cuda(code, "cudaMalloc");
  return DeviceMemory(static_cast<std::byte*>(memory));
}

DeviceArena::DeviceArena(std::size_t bytes) { reserve(padded(bytes)); }

std::byte* DeviceArena::next(std::size_t bytes) {
  const std::size_t taken = padded(bytes);
  if (taken > bytes_) reserve(taken);
  if (used_ + taken > bytes_) used_ = 0;
  std::byte* const piece = memory_.get() + used_;
  used_ += taken;
  return piece;
}

void DeviceArena::reserve(std::size_t bytes) {
  check_cuda(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
  memory_.reset();
  bytes_ = used_ = 0;
  memory_ = device_memory(bytes);
  bytes_ = bytes;
  const std::vector<std::uint16_t> block = values();
  for (std::size_t begin = 0; begin < bytes; begin += kBlock) {
    check_cuda(cudaMemcpy(memory_.get() + begin, block.data(), std::min(kBlock, bytes - begin),
                          cudaMemcpyHostToDevice),
               "cudaMemcpy");
  }
}

}  // namespace sextant::comm
