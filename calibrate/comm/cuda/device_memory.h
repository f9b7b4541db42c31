#pragma once

#include <cstddef>
#include <memory>

#include "calibrate/comm/cuda/gpu.h"

namespace sextant::comm {

struct DeviceFree {
  void operator()(std::byte* memory) const;
};
using DeviceMemory = std::unique_ptr<std::byte, DeviceFree>;

/// @throws CommError if the GPU has not so much free
DeviceMemory device_memory(std::size_t bytes);

/// Memory of the GPU from which operands are taken in turn, going round, so that its cache holds
/// little of what is asked for next.
class DeviceArena {
 public:
  /// Filled with values that are normal numbers in every format: each half of a word is a bf16
  /// between a half and one, of either sign, and each byte an fp8 number (e4m3).
  explicit DeviceArena(std::size_t bytes);

  /// The next `bytes` in one piece, at a boundary of 256 bytes. It grows to hold them, once all
  /// that was queued has ended.
  std::byte* next(std::size_t bytes);
  std::size_t bytes() const { return bytes_; }

  static std::size_t padded(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

 private:
  void reserve(std::size_t bytes);

  DeviceMemory memory_;
  std::size_t bytes_ = 0;
  std::size_t used_ = 0;
};

}  // namespace sextant::comm
