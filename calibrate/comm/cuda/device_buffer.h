#pragma once

#include "calibrate/comm/buffer.h"
#include "calibrate/comm/cuda/device_memory.h"
#include "calibrate/comm/cuda/gpu.h"

namespace sextant::comm {

/// In the GPU's memory. `put` and `get` have ended when they return.
class DeviceBuffer final : public Buffer {
 public:
  /// @throws CommError if the GPU has not so much free
  DeviceBuffer(const Gpu& gpu, std::size_t bytes);

  std::byte* data() override { return memory_.get(); }
  std::size_t bytes() const override { return bytes_; }
  void put(std::size_t offset, std::span<const std::byte> from) override;
  void get(std::size_t offset, std::span<std::byte> to) override;

 private:
  const Gpu& gpu_;
  std::size_t bytes_;
  DeviceMemory memory_;
};

}  // namespace sextant::comm
