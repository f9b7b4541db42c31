#pragma once

#include <cstddef>
#include <span>

namespace sextant::comm {

/// Memory that a back end can move: the host's, or an accelerator's.
class Buffer {
 public:
  virtual ~Buffer() = default;
  virtual std::byte* data() = 0;  ///< as the back end addresses it
  virtual std::size_t bytes() const = 0;
  /// Copies from and to host memory, from `offset` bytes on.
  virtual void put(std::size_t offset, std::span<const std::byte> from) = 0;
  virtual void get(std::size_t offset, std::span<std::byte> to) = 0;
};

}  // namespace sextant::comm
